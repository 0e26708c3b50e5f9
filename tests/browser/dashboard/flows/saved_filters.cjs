'use strict';
// A filter is kept under a name, found by another browser, changed and deleted.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, scene, someone, eventually }) => {
  const kept = () => rest.find('DashboardConfig', { key: { $regex: '^browser\\.filters\\.filter\\.' } });
  await open('settings/dashboard');
  await new Form(hand).flip('Storage Location');

  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  await hand.menu('Filter');
  await hand.condition(0, ['kind', 'equals', 'yearly']);
  await name(hand, 'Once a year');
  await shot('named');
  const [filter] = await eventually(async () => (await kept()).length && kept());
  assert.deepEqual([filter.appId, filter.object.name, filter.object.className], ['garden', 'Once a year', 'Note']);
  const [{ field, constraint, compareTo }] = JSON.parse(filter.object.filter);
  assert.deepEqual([field, constraint, compareTo], ['kind', 'eq', 'yearly']);

  const bob = await someone();
  await bob.open(`apps/${scene.appName}/settings/dashboard`);
  await new Form(bob.hand).flip('Storage Location');
  await bob.open(`apps/${scene.appName}/browser/Note`);
  await bob.hand.row('Oil the tools').waitFor();
  await unfold(bob.page);
  await bob.page.getByText('Once a year', { exact: true }).click();
  await eventually(async () => (await bob.hand.rows.count()) === 4);

  await editing(bob);
  await bob.hand.write(bob.hand.filters.getByPlaceholder('Enter filter name...'), 'Every week');
  await bob.hand.write(bob.hand.filters.locator('input[value=yearly]'), 'weekly');
  await press(bob.hand, 'check');
  await eventually(async () => (await kept())[0].object.name === 'Every week');
  const [changed] = await kept();
  assert.equal(changed.objectId, filter.objectId);
  assert.equal(JSON.parse(changed.object.filter)[0].compareTo, 'weekly');
  await press(bob.hand, 'trash-solid');
  await bob.hand.filters.getByRole('button', { name: 'Delete', exact: true }).click();
  await eventually(async () => (await kept()).length === 0);
};
module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };

async function name(hand, text) {
  await press(hand, 'down-solid');
  await hand.write(hand.filters.getByPlaceholder('Enter filter name...'), text);
  await press(hand, 'check');
}

// Presses what shows that picture.
function press(hand, picture) {
  return hand.filters.locator(`svg:has(use[*|href$="#${picture}"])`).click();
}

// Opens the filter that is in use, by the pencil that comes up beside its name.
async function editing({ page, hand }) {
  const named = page.getByText('Once a year', { exact: true });
  await named.hover();
  await page.locator('div').filter({ has: named }).last().locator('svg').click();
  await hand.filters.waitFor();
}

// Opens the list of a class's filters, by the small triangle behind the number of its rows.
async function unfold(page) {
  const link = page.getByRole('link', { name: 'Note', exact: true });
  await link.locator('xpath=following-sibling::a').waitFor({ state: 'attached' });
  const count = link.locator('xpath=following-sibling::span');
  const { x, y, width, height } = await count.boundingBox();
  await page.mouse.click(x + width + 14, y + height / 2);
}
