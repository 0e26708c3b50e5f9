'use strict';
// A canvas of texts, tables and views, which the server keeps.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await open('settings/dashboard');
  await new Form(hand).flip('Storage Location');
  await open('canvas');
  await page.getByText('Add Element', { exact: true }).first().click();
  await hand.dialog.getByText('Data Table', { exact: true }).click();
  await hand.write(hand.field('Title (Optional)'), 'Best notes');
  await hand.choose(hand.line('Class').getByRole('combobox'), 'Note');
  await hand.dialog.getByText('Select fields...').click();
  for (const field of ['text', 'stars']) await page.getByText(field, { exact: true }).last().click();
  await page.getByText('Configure the data table display').click();
  await hand.choose(hand.line('Sort By (Optional)').getByRole('combobox'), 'text');
  await hand.write(hand.field('Row Limit'), '3');
  await shot('table');
  await hand.press('Save');
  await page.getByText('Best notes').waitFor();
  await page.getByText('Mow the lawn').first().waitFor();
  await shot('shown');
  await hand.menu('Canvas', 'Save...');
  await hand.write(hand.dialog.locator('input').first(), 'Garden board');
  await shot('name');
  await hand.press('Save');
  const kept = await eventually(() => rest.first('DashboardConfig', { key: { $regex: '^canvases\\.canvas\\.' } }));
  assert.equal(kept.object.name, 'Garden board', JSON.stringify(kept));

  await open('canvas');
  await page.getByText('Garden board').first().click();
  await page.getByText('Mow the lawn').first().waitFor();
  await shot('again');
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
