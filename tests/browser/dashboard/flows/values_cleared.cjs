'use strict';
// A cell that is cleared is a field less; the others of its row stay.
const assert = require('node:assert');

const ROW = {
  text: 'All kinds',
  stars: 0,
  isDone: false,
  due: { __type: 'Date', iso: '2027-02-28T23:59:59.123Z' },
  tags: [1],
  extra: { a: 1 },
  place: { __type: 'GeoPoint', latitude: 48.5, longitude: -9.25 },
  nothing: null,
};

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.put('schemas/Note', { className: 'Note', fields: { nothing: { type: 'String' } } });
  const { objectId } = await rest.post('classes/Note', { ...ROW, kind: 'daily' });
  const row = hand.row(objectId);

  await open('browser/Note');
  await row.waitFor();
  await shot('before');
  for (const column of Object.keys(ROW)) {
    const cell = await hand.cell(row, column);
    await cell.scrollIntoViewIfNeeded();
    await cell.click();
    await page.keyboard.press('Backspace');
    await cell.getByText('(undefined)').waitFor();
    await eventually(async () => !(column in (await rest.get(`classes/Note/${objectId}`))));
  }
  await shot('cleared');
  const { ACL, createdAt, updatedAt, ...left } = await rest.get(`classes/Note/${objectId}`);
  assert.deepEqual(left, { objectId, kind: 'daily' });
  assert.ok(ACL === undefined && createdAt < updatedAt);
};
