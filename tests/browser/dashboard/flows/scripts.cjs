'use strict';
// Cloud functions run on rows: from the menu over the ticked ones, from a cell, and one that asks something first.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot }) => {
  const tasks = ['Water the roses', 'Prune the hedge'];

  await open('browser/Note');
  for (const task of tasks) await hand.tick(hand.row(task));
  await hand.menu('Script', 'Run script on 2 selected rows...');
  await hand.choose(hand.dialog.getByRole('combobox'), 'Finish');
  await shot('chosen');
  await hand.dialog.getByRole('button', { name: 'Run' }).click();
  await page.getByText('Ran script "Finish" on 2 objects in 2 batches with 0 errors.').waitFor();
  assert.equal(await rest.count('Note', { text: { $in: tasks }, isDone: true }), 2);
  await shot('finished');

  await open('browser/Note');
  await (await hand.cell(hand.row('Oil the tools'), 'text')).click({ button: 'right' });
  await page.getByText('Scripts', { exact: true }).hover();
  await page.getByText('Paint', { exact: true }).click();
  await shot('confirm');
  await hand.dialog.getByRole('button', { name: 'Continue' }).click();
  await hand.choose(hand.dialog.getByRole('combobox'), 'Blue');
  await shot('asked');
  await hand.press('Submit');
  await page.getByText(/Painted blue with a broad brush/).waitFor();
  const [note, ...others] = await rest.find('Note', { colour: { $exists: true } });
  assert.deepEqual([note.text, note.colour, others], ['Oil the tools', 'blue', []]);
};

module.exports.needs = {
  app: {
    scripts: [
      { title: 'Finish', classes: ['Note'], cloudCodeFunction: 'finish' },
      {
        title: 'Paint',
        classes: ['Note'],
        cloudCodeFunction: 'askColour',
        showConfirmationDialog: true,
        confirmationDialogStyle: 'critical',
      },
    ],
  },
};
