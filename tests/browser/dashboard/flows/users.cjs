'use strict';
// A user is made, given another password and address, and deleted; what is missing or taken is told.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually, allow }) => {
  await rest.post('users', { username: 'ann', password: 'roses' });
  const login = (username, password) => rest.ask('POST', 'login', { username, password });

  await open('browser/_User');
  await hand.row('ann').waitFor();
  await add(hand, { username: 'bob', password: 'tulips', email: 'bob@garden.example' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await eventually(async () => (await rest.count('_User', { username: 'bob' })) === 1);
  const { status, body } = await login('bob', 'tulips');
  assert.equal(status, 200);
  assert.equal(body.email, 'bob@garden.example');
  await shot('made');

  await page.reload();
  await (await hand.cell(hand.row('bob'), 'password')).click(); // The table scrolls it into sight.
  await hand.overwrite(hand.row('bob'), 'password', 'dahlias');
  await eventually(async () => (await login('bob', 'dahlias')).status === 200);
  assert.equal((await login('bob', 'tulips')).status, 404);
  await hand.overwrite(hand.row('bob'), 'email', 'bob@new.example');
  await eventually(async () => (await rest.first('_User', { username: 'bob' })).email === 'bob@new.example');

  allow(/400 \(Bad Request\).*\/users/);
  await add(hand, { username: 'ann', password: 'other' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Account already exists for this username.').waitFor();
  await shot('taken');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();

  await hand.tick(hand.row('bob'));
  await hand.menu('Edit', 'Delete this row');
  await shot('delete');
  await hand.press('Delete');
  await eventually(async () => (await rest.count('_User')) === 1);
  assert.equal((await login('bob', 'dahlias')).status, 404);
};

async function add(hand, fields) {
  await hand.button('Add Row').click();
  for (const [name, value] of Object.entries(fields)) await hand.overwrite(hand.row(), name, value);
}
