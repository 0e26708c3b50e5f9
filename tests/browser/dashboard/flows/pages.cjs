'use strict';
// Turns pages, goes to one by its number, sorts down and up by a column, and changes how many rows a page holds.
const assert = require('node:assert');

const MANY = 250;

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const bodies = Array.from({ length: MANY }, (_, number) => ({ number, text: `leaf ${number}` }));
  for (let from = 0; from < MANY; from += 50) {
    const requests = bodies.slice(from, from + 50).map(body => ({ method: 'POST', path: '/parse/classes/Leaf', body }));
    await rest.post('batch', { requests });
  }
  await open('browser/Leaf');
  await hand.row('leaf 249').waitFor();
  const order = async expected => eventually(async () => {
    const [first, last] = [await numberIn(hand.rows.first()), await numberIn(hand.rows.last())];
    assert.deepEqual([first, last, await hand.rows.count()], expected);
    return true;
  });

  await hand.column('number').click();
  await order([249, 150, 100]);
  await hand.column('number').click();
  await order([0, 99, 100]);
  await page.getByRole('button', { name: '⮕' }).click();
  await page.getByText('Objects 101 to 200').waitFor();
  await order([100, 199, 100]);
  await shot('second');
  await hand.write(page.locator('input[type=text]').last(), '3');
  await page.keyboard.press('Enter');
  await page.getByText('Objects 201 to 250').waitFor();
  await order([200, 249, 50]);
  await shot('last');
  await page.getByRole('button', { name: '⬅︎' }).click();
  await order([100, 199, 100]);

  await page.locator('select').click();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await order([0, 49, 50]);
  await page.getByText('Objects 1 to 50').waitFor();
  await shot('fewer');
  assert.equal(await rest.count('Leaf'), MANY);

  async function numberIn(row) {
    return Number(await (await hand.cell(row, 'number')).textContent());
  }
};
