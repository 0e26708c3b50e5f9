'use strict';
// The JavaScript console: what is typed there runs with the SDK and the master key, and can be kept for another visit.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

const PROGRAM = [
  "const note = new Parse.Object('Note');",
  "note.set('text', 'Sow the beans');",
  'note.setACL(new Parse.ACL());',
  'await note.save(null, { useMasterKey: true });',
  "console.log('kept', note.id);",
  "console.log(await Parse.Cloud.run('hello', { name: 'Ann' }));",
  "console.error('a complaint');",
];

module.exports = async ({ page, open, rest, hand, shot, allow, eventually }) => {
  allow(/a complaint/);
  const editor = page.locator('.ace_content');
  const shows = async () => (await editor.innerText()).includes('Sow the beans');

  await open('settings/dashboard');
  await new Form(hand).flip('Storage Location');
  await open('api_console/js_console');
  await eventually(async () => {
    // What is typed before the kept scripts have come is replaced by them.
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(PROGRAM.join('\n'));
    return shows();
  });
  await page.getByText('Run', { exact: true }).click();
  const sown = await eventually(() => rest.first('Note', { text: 'Sow the beans' }));
  assert.deepEqual(sown.ACL, {});
  await page.getByText(sown.objectId).first().waitFor();
  await page.getByText('Hello Ann').first().waitFor();
  await page.getByText('a complaint').first().waitFor();
  await shot('ran');

  await hand.menu('Edit', 'Rename Tab');
  await hand.write(page.locator('input:focus'), 'Beans');
  await page.keyboard.press('Enter');
  await hand.button('Edit').click();
  await page.getByText('Save Tab').click();
  const kept = await eventually(() => rest.first('DashboardConfig', { key: { $regex: '^console\\.js\\.script\\.' } }));
  assert.deepEqual([kept.object.name, kept.object.code], ['Beans', PROGRAM.join('\n')], JSON.stringify(kept));

  await page.reload();
  await eventually(shows);
  await page.getByText('Beans', { exact: true }).waitFor();
  await shot('again');
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
