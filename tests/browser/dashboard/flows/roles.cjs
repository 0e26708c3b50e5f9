'use strict';
// A role is made, gets a user and another role, and loses the user: what its members may read follows.
const assert = require('node:assert');
const { Permissions } = require('../permissions.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const ann = await rest.post('users', { username: 'ann', password: 'roses' });
  const bob = await rest.post('users', { username: 'bob', password: 'tulips' });
  const cooks = await rest.post('roles', { name: 'cooks', ACL: {}, users: adding(bob) });
  const { objectId } = await rest.first('Note', { text: 'Pick the apples' });
  await rest.put(`classes/Note/${objectId}`, { ACL: { 'role:gardeners': { read: true } } });
  const reads = async username => {
    const { sessionToken } = await rest.post('login', { username, password: username === 'ann' ? 'roses' : 'tulips' });
    return (await rest.ask('GET', `classes/Note/${objectId}`, undefined, { as: sessionToken })).status === 200;
  };

  await open('browser/_Role');
  await hand.row('cooks').waitFor();
  await made(page, hand, new Permissions(page, hand));
  const gardeners = await eventually(() => rest.first('_Role', { name: 'gardeners' }));
  assert.deepEqual(gardeners.ACL, { '*': { read: true } });
  assert.equal(await reads('ann'), false);
  await shot('made');

  await attach(page, hand, 'users', ann);
  await eventually(() => reads('ann'));
  assert.equal(await reads('bob'), false);
  await hand.row('ann').waitFor();
  await shot('users');

  await open('browser/_Role');
  await attach(page, hand, 'roles', cooks);
  await eventually(() => reads('bob'));
  await hand.row('cooks').waitFor();
  await shot('roles');

  await open(`browser/_Role/${gardeners.objectId}/users`);
  await hand.tick(hand.row('ann'));
  await hand.menu('Edit', 'Detach this row');
  await shot('detach');
  await hand.press('Delete');
  await eventually(async () => !(await reads('ann')));
  assert.equal(await reads('bob'), true);
};

// A role needs an ACL: the page says so, and which cell is missing.
async function made(page, hand, permissions) {
  await hand.button('Add Row').click();
  await hand.overwrite(hand.row(), 'name', 'gardeners');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Please enter all required fields').waitFor();
  await hand.begin(hand.row(), 'ACL');
  await permissions.flip('Public', 'Write');
  await permissions.save('Save ACL');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

// Goes to a relation of the role and attaches a row there.
async function attach(page, hand, relation, row) {
  const cell = await hand.cell(hand.row('gardeners'), relation);
  await cell.locator('svg').click();
  await page.getByRole('button', { name: /^Attach existing rows/ }).click();
  await page.keyboard.type(row.objectId);
  await hand.press('Attach');
}

function adding(...users) {
  return { __op: 'AddRelation', objects: users.map(({ objectId }) => ({ __type: 'Pointer', className: '_User', objectId })) };
}
