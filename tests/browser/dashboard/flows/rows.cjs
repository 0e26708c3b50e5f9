'use strict';
// Adds a row, fills a cell of every type, empties one again, clones the row and deletes both.
const assert = require('node:assert');

const FIELDS = {
  name: { type: 'String' },
  height: { type: 'Number' },
  isOld: { type: 'Boolean' },
  seen: { type: 'Date' },
  tags: { type: 'Array' },
  more: { type: 'Object' },
  place: { type: 'GeoPoint' },
  area: { type: 'Polygon' },
  neighbour: { type: 'Pointer', targetClass: 'Plant' },
};

const FILLED = {
  name: 'Old "rose" – <b>red</b> 🌹',
  height: -1.5,
  isOld: true,
  seen: { __type: 'Date', iso: '2026-02-03T04:05:06.789Z' },
  tags: ['thorny', 3, null],
  more: { soil: { ph: 6.5 } },
  place: { __type: 'GeoPoint', latitude: 48.5, longitude: -11.25 },
  area: { __type: 'Polygon', coordinates: [[0, 0], [0, 1], [1, 1], [0, 0]] },
};

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.post('schemas/Plant', { className: 'Plant', fields: FIELDS });
  const { objectId: oak } = await rest.post('classes/Plant', { name: 'oak' });
  await open('browser/Plant');
  await page.getByText('oak').waitFor();

  await hand.button('Add Row').click();
  await hand.overwrite(hand.row(), 'name', 'rose');
  await shot('adding');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const rose = await eventually(() => rest.first('Plant', { name: 'rose' }));
  const row = hand.row(rose.objectId);
  const changed = async expected => eventually(async () => {
    const now = await rest.get(`classes/Plant/${rose.objectId}`);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(now[key], value);
    return true;
  });

  await hand.overwrite(row, 'name', FILLED.name);
  await hand.overwrite(row, 'height', '-1.5');
  await hand.begin(row, 'isOld');
  await hand.table.getByText('True', { exact: true }).last().click();
  await page.keyboard.press('Enter');
  await hand.overwrite(row, 'seen', FILLED.seen.iso);
  await hand.overwrite(row, 'tags', '["thorny", 3, null]');
  await hand.overwrite(row, 'more', '{"soil": {"ph": 6.5}}');
  await hand.overwrite(row, 'area', '[[0,0],[0,1],[1,1],[0,0]]');
  await hand.begin(row, 'place');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('48.5');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('-11.25');
  await page.keyboard.press('Enter');
  await hand.overwrite(row, 'neighbour', oak);
  await changed({ ...FILLED, neighbour: { __type: 'Pointer', className: 'Plant', objectId: oak } });
  await shot('filled');

  await (await hand.cell(row, 'height')).click();
  await page.keyboard.press('Delete');
  await changed({ height: undefined });

  await hand.tick(row);
  await hand.menu('Edit', 'Clone this row');
  await shot('cloning');
  await hand.press('Clone');
  await eventually(async () => (await rest.count('Plant')) === 3);
  const [, clone] = await rest.find('Plant', { name: FILLED.name }, 'order=createdAt');
  assert.deepEqual([clone.more, clone.place, clone.neighbour.objectId], [FILLED.more, FILLED.place, oak]);
  await hand.row(clone.objectId).waitFor();

  await hand.tick(hand.row(clone.objectId));
  await hand.menu('Edit', 'Delete this row');
  await shot('deleting');
  await hand.press('Delete');
  await eventually(async () => (await rest.count('Plant')) === 2);

  await hand.tick(row);
  await hand.tick(hand.row('oak'));
  await hand.menu('Edit', 'Delete these rows');
  await shot('deleting-several');
  await hand.press('Delete');
  await eventually(async () => (await rest.count('Plant')) === 0);
};
