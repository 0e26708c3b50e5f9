'use strict';
// Filters rows by what the rows say that they point to, or that point to them; and by pointers and inside objects.
const assert = require('node:assert');

const FIELDS = { name: { type: 'String' }, first: { type: 'Pointer', targetClass: 'Note' }, soil: { type: 'Object' } };

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const ids = {};
  for (const { text, objectId } of await rest.find('Note')) ids[text] = objectId;
  await rest.post('schemas/Bed', { className: 'Bed', fields: FIELDS });
  await bed('herbs', 'Mow the lawn', { ph: 6.5, kind: 'sand' });
  await bed('flowers', 'Water the roses', { ph: 7.5 });
  await bed('trees', 'Oil the tools', {});

  await open('browser/Bed');
  await hand.row('herbs').waitFor();
  await hand.filter(['text', 'starts with', 'Mow', 'Note']);
  await shown('name', ['herbs']);
  await shot('by-what-it-points-to');
  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  await hand.filter(['name', 'ends with', 's', 'Bed'], ['stars', 'greater than', '0']);
  await shown('text', ['Mow the lawn', 'Oil the tools', 'Water the roses']);
  await shot('by-what-points-to-it');

  await open('browser/Bed');
  await hand.row('herbs').waitFor();
  await hand.filter(['first', 'equals', ids['Water the roses']]);
  await shown('name', ['flowers']);

  async function bed(name, text, soil) {
    await rest.post('classes/Bed', { name, soil, first: { __type: 'Pointer', className: 'Note', objectId: ids[text] } });
  }

  async function shown(column, values) {
    await eventually(async () => {
      assert.deepEqual(await hand.under(column), values);
      return true;
    });
  }
};
