'use strict';
// Who is logged in where: a session is ended by deleting its row, all of a user's by another password.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await rest.post('users', { username: 'ann', password: 'roses' });
  const [phone, laptop] = [await session(rest, 'phone'), await session(rest, 'laptop')];
  const status = async as => (await rest.ask('GET', 'users/me', undefined, { as })).body.code ?? 'in';
  assert.deepEqual([await status(phone), await status(laptop)], ['in', 'in']);

  await open('browser/_Session');
  await hand.row('laptop').waitFor();
  await hand.row('phone').waitFor();
  assert.equal(await (await hand.cell(hand.row('phone'), 'sessionToken')).textContent(), '(hidden)');
  await shot('sessions');
  await hand.tick(hand.row('phone'));
  await hand.menu('Edit', 'Delete this row');
  await hand.press('Delete');
  await hand.row('phone').waitFor({ state: 'detached' });
  await eventually(async () => (await status(phone)) === 209);
  assert.equal(await status(laptop), 'in');

  await (await hand.cell(hand.row('laptop'), 'user')).locator('svg').click();
  await hand.row('ann').waitFor();
  await (await hand.cell(hand.row('ann'), 'password')).click();
  await hand.overwrite(hand.row('ann'), 'password', 'dahlias');
  await eventually(async () => (await status(laptop)) === 209);
  assert.equal(await rest.count('_Session'), 0);
  await open('browser/_Session');
  await page.getByText('No data to display').waitFor();
  await shot('none');
};

async function session(rest, installationId) {
  const answer = await fetch(`${rest.server}/login`, {
    method: 'POST',
    headers: { ...rest.headers, 'X-Parse-Installation-Id': installationId, 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'ann', password: 'roses' }),
  });
  return (await answer.json()).sessionToken;
}
