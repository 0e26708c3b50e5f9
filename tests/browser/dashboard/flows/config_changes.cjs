'use strict';
// Parameters are changed, kept for the master key, given back to everybody and deleted; arrays get and lose single values.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const place = { __type: 'GeoPoint', latitude: 52.5, longitude: 13.4 };
  await rest.put('config', { params: { greeting: 'Good morning', beds: 3, tools: ['rake'], place }, masterKeyOnly: { beds: true } });
  const config = () => rest.get('config');
  const everybodys = async () => (await (await fetch(`${rest.server}/config`, { headers: rest.headers })).json()).params;
  const line = name => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });
  const change = async (name, edit) => {
    await line(name).getByRole('cell', { name, exact: true }).click();
    await edit(hand.line('Value'), hand.line('Requires master key?'));
    await hand.press('Save');
  };

  await open('config');
  await change('greeting', value => hand.write(value.locator('textarea'), 'Good evening'));
  await eventually(async () => (await everybodys()).greeting === 'Good evening');
  await change('beds', async (value, secret) => {
    await hand.write(value.locator('input'), '4');
    await secret.getByText('No', { exact: true }).click();
  });
  await eventually(async () => (await everybodys()).beds === 4);
  await change('greeting', (_, secret) => secret.getByText('Yes', { exact: true }).click());
  await eventually(async () => !('greeting' in (await everybodys())));
  assert.deepEqual((await config()).params, { greeting: 'Good evening', beds: 4, tools: ['rake'], place });

  await line('tools').locator('svg').first().click();
  await hand.write(hand.dialog.locator('input, textarea').first(), '"spade"');
  await shot('add');
  await hand.press('Add Unique');
  await eventually(async () => assert.deepEqual((await everybodys()).tools, ['rake', 'spade']) ?? true);
  await line('tools').locator('svg').nth(1).click();
  await hand.write(hand.dialog.locator('input, textarea').first(), '"rake"');
  await hand.press('Remove');
  await eventually(async () => assert.deepEqual((await everybodys()).tools, ['spade']) ?? true);

  for (const name of ['greeting', 'place']) {
    await line(name).locator('svg').last().click();
    await hand.write(hand.field('Confirm this action'), name);
    await shot('delete');
    await hand.press('Delete');
    await line(name).waitFor({ state: 'detached' });
  }
  await eventually(async () => assert.deepEqual((await config()).params, { beds: 4, tools: ['spade'] }) ?? true);
};
