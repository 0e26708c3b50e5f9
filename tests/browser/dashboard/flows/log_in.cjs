'use strict';
// Logs in with a wrong and the right password, lands where it was headed, and logs out.
const assert = require('node:assert');

const ANN = { user: 'ann', pass: 'rose bush & "7"' };

module.exports = async ({ page, open, hand, shot, someone, scene }) => {
  await open('browser/Note');
  await page.waitForURL(/\/dashboard\/login\?redirect=/);
  await shot('log-in');
  await hand.logIn(ANN.user, 'rose');
  await page.locator('form').getByText('Invalid username or password').waitFor();
  await shot('wrong');
  await hand.logIn('nobody', ANN.pass);
  await page.locator('form').getByText('Invalid username or password').waitFor();

  await hand.logIn(ANN.user, ANN.pass);
  await hand.row('Oil the tools').waitFor();
  assert.match(page.url(), /\/dashboard\/apps\/Garden\/browser\/Note$/);
  await open('login', { site: true });
  await page.waitForURL(/\/dashboard\/apps/);
  await shot('logged-in');

  const stranger = await someone();
  await stranger.open('apps');
  await stranger.page.waitForURL(/\/dashboard\/login/);
  const config = await fetch(`${scene.dashboard}parse-dashboard-config.json`);
  assert.equal(config.status, 401);
  assert.equal((await config.text()).includes(scene.masterKey), false);

  await page.getByText('Logout').click();
  await page.waitForURL(/\/dashboard\/login$/);
  await open('browser/Note');
  await page.waitForURL(/\/dashboard\/login\?redirect=/);
  await page.getByText('Access your Dashboard').waitFor();
};

module.exports.needs = { dashboard: { users: [ANN] } };
