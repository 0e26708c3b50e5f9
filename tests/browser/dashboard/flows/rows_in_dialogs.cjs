'use strict';
// Edits a row in a dialog, and adds one in a dialog.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await open('browser/Note');
  const { objectId } = await rest.first('Note', { text: 'Oil the tools' });
  await hand.tick(hand.row('Oil the tools'));
  await hand.menu('Edit', 'Edit this row with modal');
  await hand.write(hand.field('text'), 'Oil the saws');
  await page.keyboard.press('Tab');
  await hand.line('isDone').getByText('True').click();
  await hand.write(hand.field('stars'), '5');
  await page.keyboard.press('Tab');
  await shot('editing');
  await hand.press('Close');
  const row = await eventually(async () => {
    const found = await rest.get(`classes/Note/${objectId}`);
    return found.stars === 5 && found;
  });
  assert.deepEqual([row.text, row.isDone], ['Oil the saws', true]);
  await hand.row('Oil the saws').waitFor();

  await hand.tick(hand.row('Oil the saws'));
  await hand.menu('Edit', 'Add a row with modal');
  await hand.write(hand.field('text'), 'Sow parsley');
  await page.keyboard.press('Tab');
  await hand.line('isDone').getByText('True').click();
  await shot('adding');
  await hand.press('Close');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const added = await eventually(() => rest.first('Note', { text: 'Sow parsley' }));
  assert.equal(added.isDone, true);
};
