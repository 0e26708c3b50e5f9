'use strict';
// A row is kept for one user and one role; then the user's line is taken away again.
const assert = require('node:assert');
const { Permissions } = require('../permissions.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const ann = await rest.post('users', { username: 'ann', password: 'roses' });
  const bob = await rest.post('users', { username: 'bob', password: 'tulips' });
  await rest.post('roles', { name: 'gardeners', ACL: {}, users: adding(bob) });
  const { objectId } = await rest.first('Note', { text: 'Oil the tools' });
  const where = `classes/Note/${objectId}`;
  const aclOf = async () => (await rest.get(where)).ACL;
  const permissions = new Permissions(page, hand);

  await open('browser/Note');
  const cell = text => hand.row('Oil the tools').getByText(text);
  await cell('Public Read + Write').dblclick();
  await permissions.add('ann');
  await permissions.add('gardeners');
  await permissions.flip('Public', 'Write');
  await permissions.flip('ann', 'Write');
  await permissions.flip('Public', 'Read');
  await shot('dialogue');
  await permissions.save('Save ACL');
  const kept = { [ann.objectId]: { read: true }, 'role:gardeners': { read: true, write: true } };
  await eventually(async () => assert.deepEqual(await aclOf(), kept) ?? true);
  assert.deepEqual(await statuses(rest, where, 'ann', 'roses'), [200, 404]);
  assert.deepEqual(await statuses(rest, where, 'bob', 'tulips'), [200, 200]);

  await cell(/, role:gardeners/).dblclick();
  await permissions.remove('ann');
  await permissions.flip('Public', 'Read');
  await permissions.save('Save ACL');
  const opened = { '*': { read: true }, 'role:gardeners': { read: true, write: true } };
  await eventually(async () => assert.deepEqual(await aclOf(), opened) ?? true);
  await cell(/Public Read, role:gardeners/).waitFor();
  await shot('row');
};

function adding(...users) {
  return { __op: 'AddRelation', objects: users.map(({ objectId }) => ({ __type: 'Pointer', className: '_User', objectId })) };
}

// How a user's reading and writing are answered.
async function statuses(rest, where, username, password) {
  const { sessionToken: as } = await rest.post('login', { username, password });
  const read = await rest.ask('GET', where, undefined, { as });
  const written = await rest.ask('PUT', where, { stars: 1 }, { as });
  return [read.status, written.status];
}
