'use strict';
// Rows are worked on without the mouse: moving between cells, editing, leaving as it was, clearing, copying, ticking.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const keys = async (...pressed) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  const stored = async text => rest.first('Note', { text });
  const columns = async () => (await hand.columns()).filter(Boolean);

  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  // Rows of the same millisecond stand in any order.
  const third = await (await hand.cell(hand.rows.nth(2), 'text')).innerText();
  await (await hand.cell(hand.rows.first(), 'text')).click();
  await keys('Enter', 'Control+A');
  await page.keyboard.type('Oil all tools');
  await keys('Escape');
  assert.equal(await stored('Oil all tools'), undefined);
  await keys('Enter', 'Control+A');
  await page.keyboard.type('Oil the new tools');
  await keys('Enter');
  await eventually(() => stored('Oil the new tools'));

  await keys('Control+C', 'ArrowDown', 'Enter', 'Control+A', 'Control+V', 'End');
  await page.keyboard.type(', too');
  await keys('Enter');
  await eventually(() => stored('Oil the new tools, too'));
  await keys('ArrowDown');
  await shot('moved');
  const order = await columns();
  const steps = order.indexOf('stars') - order.indexOf('text');
  const way = Array.from({ length: Math.abs(steps) }, () => (steps < 0 ? 'ArrowLeft' : 'ArrowRight'));
  await keys(...way, 'Enter', 'Control+A');
  await page.keyboard.type('42');
  await keys('Enter');
  await eventually(async () => (await stored(third)).stars === 42);
  await keys('ArrowUp', 'Backspace');
  await eventually(async () => (await stored('Oil the new tools, too')).stars === undefined);
  await keys('ArrowUp', ' ');
  await hand.rows.first().locator('input:checked').waitFor();
  assert.equal(await hand.table.locator('input:checked').count(), 1);
  await shot('worked');
};
