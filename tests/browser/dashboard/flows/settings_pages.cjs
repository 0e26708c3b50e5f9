'use strict';
// The pages of the settings: numbers that the server keeps, and a new user for the dashboard's own configuration.
const assert = require('node:assert');
const bcrypt = require('bcryptjs');
const { Form } = require('../form.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const form = new Form(hand);
  const keeps = (key, object) => eventually(async () => {
    const kept = await rest.first('DashboardConfig', { key });
    assert.deepEqual([kept?.object, kept?.appId, kept?.ACL], [object, 'garden', {}]);
    return true;
  });
  const number = async (label, text) => {
    await form.write(label, text);
    await page.keyboard.press('Tab');
  };

  await open('settings/dashboard');
  await form.flip('Storage Location');
  await page.getByRole('link', { name: 'Cloud Config' }).click();
  await number('History Limit', '7');
  await keeps('config.settings', { historyLimit: 7 });
  await shot('cloud-config');
  await page.getByRole('link', { name: 'Data Browser' }).click();
  await number('Reverse Auto-Scroll Speed Factor', '0.5');
  await keeps('browser.panels.settings', { reverseAutoScrollSpeedFactor: 0.5 });
  await number('Reverse Auto-Scroll Speed Factor', '0.25');
  await keeps('browser.panels.settings', { reverseAutoScrollSpeedFactor: 0.25 });
  await shot('data-browser');
  assert.equal(await rest.count('DashboardConfig'), 2);

  await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await form.write('Username', 'eve');
  await form.write('Password', 'sunflowers');
  await page.getByRole('button', { name: 'Create', exact: true }).last().click();
  await page.getByText('"$2').scrollIntoViewIfNeeded();
  await shot('new-user');
  const entry = JSON.parse(await page.locator('code').last().innerText());
  assert.equal(entry.username, 'eve');
  assert.ok(await bcrypt.compare('sunflowers', entry.pass), JSON.stringify(entry));
};

module.exports.needs = { app: { config: { className: 'DashboardConfig' } } };
