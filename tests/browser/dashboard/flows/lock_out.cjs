'use strict';
// After five wrong log-ins even the right password must wait.
const assert = require('node:assert');

const ANN = { user: 'ann', pass: 'rose' };
const BOB = { user: 'bob', pass: 'oak' };

module.exports = async ({ page, open, hand, shot }) => {
  await open('apps', { site: true });
  for (let turn = 0; turn < 5; turn += 1) {
    await hand.logIn(ANN.user, `guess ${turn}`);
    await page.locator('form').getByText('Invalid username or password').waitFor();
  }
  await hand.logIn(ANN.user, ANN.pass);
  await page.locator('form').getByText('Too many wrong log-ins. Try again in 5 minutes.').waitFor();
  await shot('locked-out');
  assert.match(page.url(), /\/login/);

  await hand.logIn(BOB.user, BOB.pass);
  await page.getByText('Garden', { exact: true }).first().waitFor();
};

module.exports.needs = { only: 'parsepy', dashboard: { users: [ANN, BOB] } };
