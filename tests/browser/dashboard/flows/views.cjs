'use strict';
// A view: the table that an aggregation makes of a class, counted in the sidebar, and changed.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

const BY_KIND = [{ $group: { _id: '$kind', notes: { $sum: 1 }, stars: { $max: '$stars' } } }, { $sort: { _id: 1 } }];
const BEST = [{ $match: { stars: { $gte: 3 } } }, { $project: { text: 1, stars: 1 } }, { $sort: { text: 1 } }];

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const form = new Form(hand, hand.dialog);
  const rows = () => hand.cells(page.locator('table tr'));
  const shows = wanted => eventually(async () => assert.deepEqual(await rows(), wanted) ?? true);

  await open('views');
  await page.getByRole('button', { name: 'Create a view' }).click();
  await form.write('Name', 'Kinds');
  await form.choose('Class', 'Note');
  await form.write('Query', JSON.stringify(BY_KIND));
  await form.flip('Show object counter');
  await shot('new');
  await hand.press('Create');
  await page.getByRole('link', { name: 'Kinds' }).click();
  await shows([['4', '4', 'daily'], ['4', '4', 'weekly'], ['4', '3', 'yearly']]);
  await shot('kinds');

  await rest.post('classes/Note', { text: 'Fly a kite', kind: 'yearly', stars: 5 });
  await page.getByText('Refresh', { exact: true }).click();
  await shows([['4', '4', 'daily'], ['4', '4', 'weekly'], ['5', '5', 'yearly']]);

  await hand.menu('Edit', 'Edit view');
  await form.write('Query', JSON.stringify(BEST));
  await hand.press('Save');
  const best = await rest.find('Note', { stars: { $gte: 3 } }, 'order=text');
  await eventually(async () => (await rows()).length === best.length);
  const shown = await rows();
  best.forEach((note, at) => assert.ok(shown[at].includes(note.text), shown[at].join(' ')));
  await shot('best');
};
