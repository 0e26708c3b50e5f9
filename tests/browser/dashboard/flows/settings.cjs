'use strict';
// Where settings are kept: first in the browser, then on the server, where another browser finds them.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, scene, someone, eventually }) => {
  const form = new Form(hand);

  await open('views');
  await page.getByRole('button', { name: 'Create a view' }).click();
  const dialogue = new Form(hand, hand.dialog);
  await dialogue.write('Name', 'All notes');
  await dialogue.choose('Class', 'Note');
  await dialogue.write('Query', '[{"$sort":{"text":1}}]');
  await hand.press('Create');
  await page.getByRole('link', { name: 'All notes' }).waitFor();
  assert.deepEqual(await rest.find('DashboardConfig'), []);
  const { results } = await rest.get('schemas');
  assert.ok(!results.some(({ className }) => className === 'DashboardConfig'));

  await open('settings/dashboard');
  await form.flip('Storage Location');
  await page.getByRole('button', { name: 'Migrate to Server' }).click();
  await page.getByText('Successfully migrated 1 view(s) to server storage.').waitFor();
  await shot('migrated');
  const [view] = await rest.find('DashboardConfig', { key: { $regex: '^views\\.view\\.' } });
  assert.deepEqual([view.appId, view.ACL], ['garden', {}]);
  assert.deepEqual([view.object.name, view.object.className], ['All notes', 'Note']);

  const bob = await someone();
  await bob.open(`apps/${scene.appName}/settings/dashboard`);
  await new Form(bob.hand).flip('Storage Location');
  await bob.open(`apps/${scene.appName}/views`);
  await bob.page.getByRole('link', { name: 'All notes' }).click();
  await bob.page.locator('table').getByText('Feed the birds').waitFor();
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
