'use strict';
// Keys instead of clicks: R reads the rows again, and so does the key that replaces it, which the server keeps.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

const BINDING = { key: 'settings.keyboard.binding.dataBrowserReloadData' };

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const form = new Form(hand);
  const press = async (key, wanted) => {
    await open('browser/Note');
    await (await hand.cell(hand.row('Plant the seeds'), 'text')).click();
    await rest.post('classes/Note', { text: wanted });
    await page.keyboard.press(key);
    await hand.row(wanted).waitFor();
  };

  await press('r', 'Fly a kite');
  await open('settings/dashboard');
  await form.flip('Storage Location');
  await page.getByRole('link', { name: 'Keyboard Shortcuts' }).click();
  await form.write('Reload Data', 'x');
  await page.getByRole('button', { name: 'Save Shortcuts' }).click();
  const kept = await eventually(() => rest.first('DashboardConfig', BINDING));
  assert.deepEqual([kept.appId, kept.object.key, kept.ACL], ['garden', 'x', {}]);
  await shot('saved');
  await press('x', 'Sleep in the sun');
  await shot('read-again');

  await open('settings/keyboard-shortcuts');
  await eventually(async () => (await form.field('Reload Data').inputValue()) === 'x');
  await page.getByRole('button', { name: 'Reset to Defaults' }).click();
  await eventually(async () => (await form.field('Reload Data').inputValue()) === 'r');
  await eventually(async () => (await rest.first('DashboardConfig', BINDING))?.object.key !== 'x');
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
