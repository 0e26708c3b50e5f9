'use strict';
// Creates a class and gives it a column of every type.
const assert = require('node:assert');

const PLAIN = ['Array', 'Boolean', 'Date', 'File', 'GeoPoint', 'Number', 'Object', 'Polygon', 'String'];

module.exports = async ({ page, open, rest, hand, shot }) => {
  await open('browser/Note');
  await page.getByText('Create a class', { exact: true }).click();
  await hand.write(hand.field('What should we call it?'), 'Plant');
  await shot('class');
  await hand.press('Create');
  await page.locator('a[title=Plant]').waitFor();
  await page.getByText('Add a new column', { exact: true }).waitFor();

  for (const type of PLAIN) await add(`a${type}`, type);
  await add('neighbour', 'Pointer', { target: 'Plant' });
  await add('notes', 'Relation', { target: 'Note' });
  await add('height', 'Number', { standard: '7', isRequired: true });
  await add('label', 'String', { standard: 'green' });
  await shot('columns');

  const { fields } = await rest.get('schemas/Plant');
  for (const type of PLAIN) assert.equal(fields[`a${type}`].type, type);
  assert.deepEqual(fields.neighbour, { type: 'Pointer', targetClass: 'Plant', required: false });
  assert.deepEqual([fields.notes.type, fields.notes.targetClass], ['Relation', 'Note']);
  assert.deepEqual(fields.height, { type: 'Number', required: true, defaultValue: 7 });
  assert.deepEqual(fields.label, { type: 'String', required: false, defaultValue: 'green' });

  async function add(name, type, { target, standard, isRequired } = {}) {
    await page.getByText('Add a new column', { exact: true }).click();
    await hand.choose(hand.line('What type of data do you want to store?').getByRole('combobox'), type);
    if (target) await hand.choose(hand.line('Target class').getByRole('combobox'), target);
    await hand.write(hand.field('What should we call it?'), name);
    if (standard) await hand.write(hand.field('What is the default value?'), standard);
    if (isRequired) await hand.line('Is it a required field?').getByText('Yes').click();
    await hand.press('Add');
    await hand.column(name).waitFor();
  }
};
