'use strict';
// Logs in with a password and a code of an authenticator app.
const assert = require('node:assert');
const { createHmac } = require('node:crypto');

const OTTO = { user: 'otto', pass: 'tulip', mfa: 'MEQGOYLSMRSW4IDOMVSWI4ZAO5QXIZLS' };
const KEY = Buffer.from('a garden needs water');
const PERIOD = 30_000;

// RFC 6238 with SHA-1 and six digits.
function code(moment) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(moment / PERIOD)));
  const mac = createHmac('sha1', KEY).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

module.exports = async ({ page, open, hand, shot }) => {
  await open('apps', { site: true });
  await hand.logIn(OTTO.user, OTTO.pass);
  await page.locator('form').getByText('Please enter your one-time password.').waitFor();
  await shot('asked');
  await enter('000000');
  await page.locator('form').getByText('Invalid one-time password.').waitFor();
  await shot('wrong');
  assert.match(page.url(), /\/login/);

  await enter(code(Date.now()));
  await page.getByText('Garden', { exact: true }).first().waitFor();
  await shot('in');

  // Name and password stand in the form already when the code is asked for, and its last digit sends the form.
  async function enter(digits) {
    const answered = page.waitForEvent('load');
    await hand.write(page.locator('input[name=otpCode]'), digits);
    await answered;
  }
};

module.exports.needs = { dashboard: { users: [OTTO] } };
