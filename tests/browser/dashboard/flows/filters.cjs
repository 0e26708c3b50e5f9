'use strict';
// Filters rows by fields of several types, one condition and several, and by what is unique.
const assert = require('node:assert');

const CASES = [
  { by: [['text', 'starts with', 'P']], finds: ['Paint the fence', 'Pick the apples', 'Plant the seeds', 'Prune the hedge'] },
  { by: [['text', 'ends with', 'e']], finds: ['Mend the gate', 'Paint the fence', 'Prune the hedge'] },
  { by: [['text', 'equals', 'Mow the lawn']], finds: ['Mow the lawn'] },
  { by: [['text', 'matches regex', '^(Oil|Mow).*s$']], finds: ['Oil the tools'] },
  { by: [['text', 'contained in', '["Feed the birds","nothing"]']], finds: ['Feed the birds'] },
  { by: [['stars', 'greater than or equal', '4']], finds: ['Rake the leaves', 'Weed the beds'] },
  { by: [['due', 'is after', '2026-03-11']], finds: ['Oil the tools', 'Turn the compost'] },
  { by: [['isDone', 'equals', 'True'], ['stars', 'less than', '1']], finds: ['Plant the seeds', 'Turn the compost'] },
  { by: [['kind', 'does not exist']], finds: ['Look around'] },
  { by: [['tags', 'contains string', 'green']], finds: ['Look around'] },
  { by: [['tags', 'contains number', '7']], finds: ['Look around'] },
];

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.post('classes/Note', { text: 'Look around', tags: ['green', 7] });
  for (const [place, { by, finds }] of CASES.entries()) {
    await open('browser/Note');
    await page.getByText('Plant the seeds').waitFor();
    await hand.filter(...by);
    await shot(`case-${place}`);
    await eventually(async () => {
      assert.deepEqual(await hand.under('text'), finds);
      return true;
    });
    await page.getByText(`${finds.length} objects`).first().waitFor();
  }

  await open('browser/Note');
  await hand.filter(['kind', 'unique']);
  await eventually(async () => (await hand.columns()).join() === 'kind');
  assert.deepEqual((await hand.rows.allTextContents()).sort(), ['daily', 'weekly', 'yearly']);
  await shot('unique');
};
