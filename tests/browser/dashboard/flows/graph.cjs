'use strict';
// A graph beside the rows: made from what they hold, and kept on the server for the next visit.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await open('settings/dashboard');
  await new Form(hand).flip('Storage Location');
  await open('browser/Note');
  await hand.row('Oil the tools').waitFor();
  await hand.menu('Graph', 'Show Graph Panel');
  await page.getByText('Create Graph', { exact: true }).click();
  await hand.write(hand.field('Chart Title'), 'Stars of each kind');
  await hand.choose(hand.line('X-Axis').getByRole('combobox'), 'kind');
  await hand.dialog.getByText('+ Add Series').click();
  await hand.dialog.getByText('Select field(s)').first().click();
  await shot('fields');
  await page.getByText('stars', { exact: true }).last().click();
  await page.keyboard.press('Escape');
  await hand.choose(hand.line('Aggregation').getByRole('combobox'), 'Sum');
  await shot('new');
  await hand.press('Create Graph');
  await page.locator('canvas').waitFor();
  await page.getByText('Data points: 12').waitFor();
  await shot('graph');
  const key = { $regex: '^browser\\.graphs\\.graph\\.' };
  const { object } = await eventually(() => rest.first('DashboardConfig', { key }));
  assert.deepEqual([object.title, object.className, object.xColumn], ['Stars of each kind', 'Note', 'kind']);
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
