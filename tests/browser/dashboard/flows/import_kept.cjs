'use strict';
// Rows come back with their ids and times; those that are there stay, or are written over.
const assert = require('node:assert');
const { Transfers } = require('../transfers.cjs');

const MANY = 120;
const TIMES = { createdAt: '2020-01-02T03:04:05.678Z', updatedAt: '2021-02-03T04:05:06.789Z' };

module.exports = async given => {
  const { open, rest, hand } = given;
  const transfers = new Transfers(given);
  const { objectId } = await rest.first('Note', { text: 'Oil the tools' });
  const own = { objectId, text: 'Oil all tools', ...TIMES };
  const others = Array.from({ length: MANY }, (_, number) => ({ objectId: `plant${number}`, stars: number, ...TIMES }));
  const text = async () => (await rest.get(`classes/Note/${objectId}`)).text;

  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  const answer = async form => {
    await form.flip('Preserve object IDs');
    await form.flip('Preserve timestamps');
    await form.choose('Duplicate handling', 'Skip duplicates');
  };
  await transfers.import('kept.json', JSON.stringify([...others, own]), { answer, outcome: `Imported: ${MANY}` });
  const { stars, createdAt, updatedAt } = await rest.get('classes/Note/plant77');
  assert.deepEqual({ stars, createdAt, updatedAt }, { stars: 77, ...TIMES });
  assert.equal(await text(), 'Oil the tools');
  assert.equal(await rest.count('Note'), 12 + MANY);

  const over = form => form.flip('Preserve object IDs');
  await transfers.import('over.json', JSON.stringify([own]), { answer: over, outcome: 'Imported: 1' });
  assert.equal(await text(), 'Oil all tools');
  assert.equal(await rest.count('Note'), 12 + MANY);
};

module.exports.needs = {
  server: { maintenanceKey: 'garden-care', allowCustomObjectId: true, allowHeaders: ['X-Parse-Maintenance-Key'] },
  app: { maintenanceKey: 'garden-care' },
};
