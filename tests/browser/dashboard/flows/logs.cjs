'use strict';
// What cloud code did, and what went wrong in it, can be read on the pages of the logs.
const assert = require('node:assert');

const RAN = /cloud function hello/i;

module.exports = async ({ page, open, rest, shot, eventually, scene }) => {
  const call = (name, params) => rest.ask('POST', `functions/${name}`, params);
  const lines = level => rest.get(`scriptlog?level=${level}&n=100`);
  const kept = (level, text) => eventually(async () => JSON.stringify(await lines(level)).includes(text));

  await call('hello', { name: 'Ann' });
  await call('stumble', { step: 3 });
  await kept('info', 'cloud function hello');
  await kept('error', 'stumbled over step 3');

  await open('browser/Note');
  await page.getByRole('link', { name: 'Logs', exact: true }).click();
  await page.getByText(RAN).first().waitFor();
  await shot('info');
  await page.getByRole('link', { name: 'Error', exact: true }).click();
  await page.getByText(/stumbled over step 3/).first().waitFor();
  await shot('error');
  assert.equal(await page.getByText(RAN).count(), 0);

  await call('stumble', { step: 4 });
  await kept('error', 'stumbled over step 4');
  await page.reload();
  await page.getByText(/stumbled over step 4/).first().waitFor();
  assert.ok(!(await page.locator('body').innerText()).includes(scene.masterKey));
};
