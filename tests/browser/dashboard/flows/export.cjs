'use strict';
// Rows leave as CSV, those that are ticked, and as JSON, all of a class over several pages.
const assert = require('node:assert');
const { Transfers } = require('../transfers.cjs');

const MANY = 230;
const COLUMNS = 'ACL,createdAt,isTall,keeper,name,number,objectId,parts,place,updatedAt';

module.exports = async given => {
  const { page, open, rest, hand } = given;
  const transfers = new Transfers(given);
  await planted(rest);

  await open('browser/Plant');
  await hand.tick(hand.row('Ümläut 🌱'));
  await hand.tick(hand.row('plant "229", sir'));
  const two = await transfers.export('Export 2 selected rows', form => form.choose('Select export type', '.csv'));
  assert.equal(two.name, 'Plant.csv');
  const [head, ...lines] = two.text.trimEnd().split('\n');
  assert.equal(head.split(',').sort().join(','), COLUMNS);
  assert.equal(lines.length, 2);
  assert.ok(two.text.includes('"plant ""229"", sir"') && two.text.includes('Ümläut 🌱'), two.text);

  await page.reload();
  await hand.rows.first().waitFor();
  const all = await transfers.export('Export all rows', async form => {
    await form.choose('Select export type', '.json');
    await form.write('Confirm this action', 'export all');
  });
  assert.equal(all.name, 'Plant.json');
  const rows = JSON.parse(all.text);
  const stored = (await rest.get('classes/Plant?limit=1000&order=objectId')).results;
  assert.deepEqual(rows.map(row => row.objectId), stored.map(row => row.objectId));
  const [exported, wanted] = [rows, stored].map(found => found.find(row => row.number === 7));
  for (const field of ['name', 'number', 'isTall', 'keeper', 'parts', 'createdAt', 'updatedAt']) {
    assert.deepEqual(exported[field], wanted[field], field);
  }
};

async function planted(rest) {
  const { objectId } = await rest.first('Note');
  const keeper = { __type: 'Pointer', className: 'Note', objectId };
  const requests = Array.from({ length: MANY }, (_, number) => ({
    method: 'POST',
    path: '/parse/classes/Plant',
    body: { name: `plant "${number}", sir`, number, isTall: number % 2 === 0, keeper, parts: ['leaf', { of: number }] },
  }));
  for (let from = 0; from < MANY; from += 50) await rest.post('batch', { requests: requests.slice(from, from + 50) });
  await rest.post('classes/Plant', { name: 'Ümläut 🌱', place: { __type: 'GeoPoint', latitude: 1, longitude: 2 } });
}
