'use strict';
// What docs/dashboard.md tells: from nothing to a class with rows, then a filter. `pictures.py` keeps its pictures.
const assert = require('node:assert');

const SCORES = [
  ['Ann', 1337],
  ['Bob', 980],
  ['Cid', 1204],
  ['Dora', 1510],
];

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await open('apps', { site: true });
  await page.getByText('total users').waitFor();
  await shot('apps');
  await page.getByText('Garden', { exact: true }).first().click();

  await page.getByText('Create a class', { exact: true }).click();
  await hand.write(hand.field('What should we call it?'), 'GameScore');
  await shot('class');
  await hand.press('Create');
  await page.getByText('No data to display').waitFor();
  for (const [name, type] of [['playerName', 'String'], ['score', 'Number']]) {
    await page.getByText('Add a new column', { exact: true }).click();
    await hand.choose(hand.line('What type of data do you want to store?').getByRole('combobox'), type);
    await hand.write(hand.field('What should we call it?'), name);
    if (name === 'score') await shot('column');
    await hand.press('Add');
    await hand.column(name).waitFor();
  }

  for (const [name, score] of SCORES) await add(name, score);
  await open('browser/GameScore');
  await hand.row('Dora').waitFor();
  await shot('rows');

  await hand.filter(['score', 'greater than', '1300']);
  await eventually(async () => (await hand.rows.count()) === 2);
  await hand.button('Filtered').click();
  await shot('filter');
  assert.equal(await rest.count('GameScore', { score: { $gt: 1300 } }), 2);

  async function add(name, score) {
    await hand.menu('Edit', 'Add a row');
    await hand.overwrite(hand.row(), 'playerName', name);
    await hand.overwrite(hand.row(), 'score', String(score));
    if (score === SCORES[0][1]) await shot('row');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => rest.first('GameScore', { playerName: name, score }));
    await page.getByRole('button', { name: 'Add', exact: true }).waitFor({ state: 'detached' });
  }
};
