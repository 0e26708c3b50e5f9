'use strict';
// What goes for good: a column, all rows of a class, and the class itself. Each wants to be confirmed.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, allow, eventually }) => {
  const fields = async () => Object.keys((await rest.get('schemas/Note')).fields);

  await open('browser/Note');
  await hand.row('Plant the seeds').waitFor();
  await hand.menu('Edit', 'Delete a column');
  await hand.choose(hand.dialog.getByRole('combobox'), 'stars');
  await shot('column');
  await hand.press('Remove');
  await hand.column('stars').waitFor({ state: 'detached' });
  assert.ok(!(await fields()).includes('stars'));
  assert.equal((await rest.first('Note')).stars, undefined);

  await hand.menu('Edit', 'Delete this class');
  await hand.write(hand.field('Confirm this action'), 'Note');
  allow(/schemas\/Note/);
  await hand.dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Class Note is not empty, contains 12 objects, cannot drop schema.').waitFor();
  await shot('refused');
  await hand.press('Cancel');
  assert.equal(await rest.count('Note'), 12);

  await hand.menu('Edit', 'Delete all rows');
  await hand.write(hand.field('Confirm this action'), 'delete all');
  await shot('rows');
  await hand.press('Delete');
  await eventually(async () => (await rest.count('Note')) === 0);
  await hand.rows.first().waitFor({ state: 'detached' });
  assert.ok((await fields()).includes('text'));

  await hand.menu('Edit', 'Delete this class');
  await hand.write(hand.field('Confirm this action'), 'Note');
  await hand.press('Delete');
  await eventually(async () => (await rest.ask('GET', 'schemas/Note')).status === 400);
  await page.getByRole('link', { name: 'Note', exact: true }).waitFor({ state: 'detached' });
  await shot('gone');
};
