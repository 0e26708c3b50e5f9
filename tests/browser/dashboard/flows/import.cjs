'use strict';
// Rows come from files: from CSV by the columns of the class and a new one, from JSON past those that do not fit.
const assert = require('node:assert');
const { Transfers } = require('../transfers.cjs');

const LINES = [
  'text,stars,isDone,due,colour',
  '"Read, ""rest""",7,true,2026-05-06T07:08:09.000Z,red',
  'Üben,8,false,,',
  '',
];
const ROWS = [{ text: 'Good' }, { text: 5, stars: 'many' }, { text: 'Better' }];

module.exports = async given => {
  const { open, rest, hand } = given;
  const transfers = new Transfers(given);

  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  await transfers.import('new.csv', LINES.join('\n'), { outcome: 'Imported: 2' });
  const { stars, isDone, due, colour } = await rest.first('Note', { text: 'Read, "rest"' });
  assert.deepEqual([stars, isDone, due.iso, colour], [7, true, '2026-05-06T07:08:09.000Z', 'red']);
  await hand.row('Üben').waitFor();

  await transfers.import('bad.json', JSON.stringify(ROWS), { outcome: /Row 2: / });
  assert.equal(await rest.count('Note', { text: { $in: ['Good', 'Better'] } }), 2);
  assert.equal(await rest.count('Note'), 16);
};
