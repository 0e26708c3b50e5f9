'use strict';
// The first page that anybody sees.
const assert = require('node:assert');

module.exports = async ({ page, open, shot, scene, rest }) => {
  await open('apps', { site: true });
  await page.getByText(scene.appName, { exact: true }).first().waitFor();
  await shot('apps');
  await open('browser/Note');
  await page.getByText('Plant the seeds').waitFor();
  await shot('notes');

  assert.equal(await rest.count('Note'), 12);
};
