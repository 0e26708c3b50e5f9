'use strict';
// Attaches rows to a relation: existing ones, a new one, and one from its own table; detaches one again.
const assert = require('node:assert');

const FIELDS = { name: { type: 'String' }, notes: { type: 'Relation', targetClass: 'Note' } };

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.post('schemas/Bed', { className: 'Bed', fields: FIELDS });
  const { objectId } = await rest.post('classes/Bed', { name: 'herbs' });
  const [mow, oil] = [await rest.first('Note', { text: 'Mow the lawn' }), await rest.first('Note', { text: 'Oil the tools' })];
  await open('browser/Bed');
  await hand.follow(hand.row('herbs'), 'notes');
  await page.getByText('No data to display').waitFor();

  await hand.menu('Edit', 'Attach existing row');
  await hand.write(hand.field('objectIds'), `${mow.objectId}, ${oil.objectId}`);
  await shot('attaching');
  await hand.press('Attach');
  await holds(['Mow the lawn', 'Oil the tools']);
  await hand.row('Oil the tools').waitFor();
  await shot('attached');

  await hand.menu('Edit', 'Create Note and attach');
  await hand.overwrite(hand.row(), 'text', 'Sow parsley');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await holds(['Mow the lawn', 'Oil the tools', 'Sow parsley']);

  await hand.tick(hand.row('Oil the tools'));
  await hand.menu('Edit', 'Detach this row');
  await shot('detaching');
  await hand.press('Delete');
  await holds(['Mow the lawn', 'Sow parsley']);
  assert.equal(await rest.count('Note'), 13);

  await open('browser/Note');
  await hand.tick(hand.row('Feed the birds'));
  await hand.menu('Edit', 'Attach this row to relation');
  await hand.choose(hand.line('Target Class').getByRole('combobox'), 'Bed');
  await hand.line('Target Relation').getByText('notes', { exact: true }).waitFor();
  await hand.write(hand.field('Target objectId'), objectId);
  await shot('attaching-elsewhere');
  await hand.press('Attach');
  await holds(['Feed the birds', 'Mow the lawn', 'Sow parsley']);

  async function holds(texts) {
    const where = { $relatedTo: { object: { __type: 'Pointer', className: 'Bed', objectId }, key: 'notes' } };
    await eventually(async () => {
      assert.deepEqual((await rest.find('Note', where)).map(row => row.text).sort(), texts);
      return true;
    });
  }
};
