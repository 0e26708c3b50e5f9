'use strict';
// Values of every kind are changed in their cells: what is typed is what the server keeps.
const assert = require('node:assert');

const LONG = `${'The quick brown fox jumps over the lazy dog. '.repeat(400)}ÄÖÜ 🦊 "quoted" \\d <b>bold</b>`;
const FIELDS = { tags: { type: 'Array' }, extra: { type: 'Object' }, place: { type: 'GeoPoint' } };
const TYPED = [
  ['stars', '-12.5', -12.5],
  ['stars', '9007199254740991', 9007199254740991],
  ['due', '2027-02-28T23:59:59.123Z', { __type: 'Date', iso: '2027-02-28T23:59:59.123Z' }],
  ['tags', '["a", 1, null, {"deep": [true]}]', ['a', 1, null, { deep: [true] }]],
  ['extra', '{"b": {"c": [1, 2.5, null]}, "ü": "ö"}', { b: { c: [1, 2.5, null] }, ü: 'ö' }],
  ['text', LONG, LONG],
];

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.put('schemas/Note', { className: 'Note', fields: FIELDS });
  const { objectId } = await rest.post('classes/Note', { text: 'All kinds', stars: null, isDone: false });
  const row = hand.row(objectId);
  const holds = (column, value) => eventually(async () => {
    assert.deepEqual((await rest.get(`classes/Note/${objectId}`))[column], value);
    return true;
  });
  const begun = async column => {
    await (await hand.cell(row, column)).scrollIntoViewIfNeeded();
    await hand.begin(row, column);
    await page.keyboard.press('Control+A');
  };

  await open('browser/Note');
  await (await hand.cell(row, 'stars')).getByText('(null)').waitFor();
  for (const [column, text, value] of TYPED) {
    await begun(column);
    await page.keyboard.insertText(text);
    await page.keyboard.press(text.startsWith('[') || text.startsWith('{') ? 'Control+Enter' : 'Enter');
    await holds(column, value);
  }
  await shot('typed');

  await begun('isDone');
  await hand.table.getByText('True', { exact: true }).last().click();
  await page.keyboard.press('Enter');
  await holds('isDone', true);
  await begun('place');
  await page.keyboard.type('48.5');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('-9.25');
  await page.keyboard.press('Enter');
  await holds('place', { __type: 'GeoPoint', latitude: 48.5, longitude: -9.25 });
  await shot('chosen');
};
