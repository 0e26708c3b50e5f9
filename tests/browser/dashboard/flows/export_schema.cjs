'use strict';
// The schema leaves as a file: of one class, and of all.
const assert = require('node:assert');
const { Transfers } = require('../transfers.cjs');

module.exports = async given => {
  const { open, rest, hand } = given;
  const transfers = new Transfers(given);
  const required = { type: 'Number', required: true, defaultValue: 3 };
  await rest.put('schemas/Note', { fields: { weight: required, keeper: { type: 'Pointer', targetClass: '_User' } } });

  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  const one = await transfers.export('Export schema', form => form.choose('Select class', 'Note'));
  const note = await rest.get('schemas/Note');
  assert.deepEqual(JSON.parse(one.text), note, one.name);
  assert.deepEqual(note.fields.weight, required);
  const every = await transfers.export('Export schema', form => form.flip('Export all classes'));
  assert.deepEqual(JSON.parse(every.text), (await rest.get('schemas')).results, every.name);
};
