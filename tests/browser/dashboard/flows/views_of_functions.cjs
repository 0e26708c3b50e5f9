'use strict';
// A view of a cloud function that asks for a word first; its pointers lead to their rows; it is deleted again.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const form = new Form(hand, hand.dialog);
  const rows = () => hand.cells(page.locator('table tr'));

  await open('views');
  await page.getByRole('button', { name: 'Create a view' }).click();
  await form.write('Name', 'Search');
  await form.choose('Data Source', 'Cloud Function');
  await form.write('Cloud Function', 'search');
  await form.flip('Require text input');
  await hand.press('Create');
  await page.getByRole('link', { name: 'Search' }).click();
  await form.write('Text', 'the b');
  await shot('asked');
  await hand.press('Send');
  await eventually(async () => (await rows()).length === 2);
  const found = await rest.find('Note', { text: { $regex: 'the b' } }, 'order=text');
  (await rows()).forEach((cells, at) => assert.ok(cells.includes(found[at].text), cells.join(' ')));
  await shot('found');
  await page.locator('tr', { hasText: found[0].objectId }).locator('svg').click();
  await hand.table.getByText(found[0].text, { exact: true }).waitFor();

  await open('views/Search');
  await hand.press('Cancel');
  await hand.menu('Edit', 'Delete view');
  await form.write('Confirm this action', 'Search');
  await hand.press('Delete');
  await page.getByRole('link', { name: 'Search' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('button', { name: 'Create a view' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Search' }).count(), 0);
};
