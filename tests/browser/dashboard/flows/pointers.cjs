'use strict';
// Follows a pointer to its row and comes back; points elsewhere and nowhere.
const assert = require('node:assert');

const FIELDS = { name: { type: 'String' }, first: { type: 'Pointer', targetClass: 'Note' } };

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const [mow, mend] = [await note('Mow the lawn'), await note('Mend the gate')];
  await rest.post('schemas/Bed', { className: 'Bed', fields: FIELDS });
  const { objectId } = await rest.post('classes/Bed', { name: 'herbs', first: mow });
  await open('browser/Bed');
  await hand.row('herbs').waitFor();

  await hand.follow(hand.row('herbs'), 'first');
  await hand.row('Mow the lawn').waitFor();
  assert.equal(await hand.rows.count(), 1);
  await shot('followed');
  await page.goBack();
  await hand.row('herbs').waitFor();

  await hand.overwrite(hand.row('herbs'), 'first', mend.objectId);
  await eventually(async () => (await bed()).first.objectId === mend.objectId);
  await hand.follow(hand.row('herbs'), 'first');
  await hand.row('Mend the gate').waitFor();
  await page.goBack();
  await (await hand.cell(hand.row('herbs'), 'first')).click();
  await page.keyboard.press('Delete');
  await eventually(async () => (await bed()).first === undefined);
  await shot('nowhere');

  async function note(text) {
    return { __type: 'Pointer', className: 'Note', objectId: (await rest.first('Note', { text })).objectId };
  }

  function bed() {
    return rest.get(`classes/Bed/${objectId}`);
  }
};
