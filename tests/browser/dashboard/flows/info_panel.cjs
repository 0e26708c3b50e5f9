'use strict';
// The panel beside the rows: a cloud function tells about the row that is chosen.

module.exports = async ({ page, open, hand, shot }) => {
  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  const [first, second] = [hand.rows.nth(0), hand.rows.nth(1)];
  const shows = async row => {
    const stars = await (await hand.cell(row, 'stars')).innerText();
    await page.getByText(`${stars} stars`, { exact: true }).waitFor();
  };
  await page.getByText('Show Panel', { exact: true }).click();
  await (await hand.cell(first, 'stars')).click();
  await shows(first);
  await page.getByText('Neighbours', { exact: true }).waitFor();
  await shot('panel');
  await page.keyboard.press('ArrowDown');
  await shows(second);
  await page.getByText('Hide Panel', { exact: true }).click();
  await page.getByText('Neighbours', { exact: true }).waitFor({ state: 'detached' });
};

module.exports.needs = {
  app: { infoPanel: [{ title: 'About the note', classes: ['Note'], cloudCodeFunction: 'about' }] },
};
