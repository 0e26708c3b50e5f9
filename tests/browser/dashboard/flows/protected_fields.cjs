'use strict';
// Fields are hidden from everybody, and opened again for a role, for who is logged in and for a field's user.
const assert = require('node:assert');
const { Permissions } = require('../permissions.cjs');

const KEYS = 'keys=stars,kind,text';

module.exports = async ({ page, open, rest, hand, shot, allow, eventually }) => {
  const [ann, bob, cleo] = await people(rest, 'ann', 'bob', 'cleo');
  const gardeners = { __op: 'AddRelation', objects: [pointer(ann)] };
  await rest.post('roles', { name: 'gardeners', ACL: {}, users: gardeners });
  const { objectId } = await rest.first('Note', { text: 'Feed the birds' });
  await rest.put(`classes/Note/${objectId}`, { keeper: pointer(bob) });
  const kept = async () => (await rest.get('schemas/Note')).classLevelPermissions.protectedFields;
  const seen = async as => shown(await rest.get(`classes/Note/${objectId}?${KEYS}`, { as }));
  const permissions = new Permissions(page, hand);
  allow(/toggleActive/); // The page's own slip when the dialogue opens, with any server.

  await open('browser/Note');
  await hand.row('Feed the birds').waitFor();
  await hand.menu('Security', 'Protected Fields');
  await protect(page, permissions, '*', 'stars', 'kind');
  await permissions.add('gardeners');
  await protect(page, permissions, 'gardeners', 'kind');
  await permissions.add('authenticated', 'Authenticated');
  await protect(page, permissions, 'Authenticated', 'stars', 'kind', 'due');
  await permissions.add('keeper');
  await shot('dialogue');
  await permissions.save('Save');

  const rules = { '*': ['stars', 'kind'], 'role:gardeners': ['kind'], authenticated: ['stars', 'kind', 'due'], 'userField:keeper': [] };
  await eventually(async () => assert.deepEqual(await kept(), rules) ?? true);
  const stranger = await fetch(`${rest.server}/classes/Note/${objectId}?${KEYS}`, { headers: rest.headers });
  assert.deepEqual(shown(await stranger.json()), ['text']);
  assert.deepEqual(await seen(cleo.sessionToken), ['text']);
  assert.deepEqual(await seen(ann.sessionToken), ['stars', 'text']);
  assert.deepEqual(await seen(bob.sessionToken), ['kind', 'stars', 'text']);

  await page.reload();
  await hand.row('Feed the birds').waitFor();
  await hand.menu('Security', 'Protected Fields');
  await permissions.remove('gardeners');
  await permissions.remove('Authenticated');
  await permissions.remove('keeper');
  await permissions.line('*').getByText('kind', { exact: true }).locator('xpath=..').locator('svg').click();
  await permissions.save('Save');
  await eventually(async () => assert.deepEqual(await kept(), { '*': ['stars'] }) ?? true);
};

async function people(rest, ...names) {
  for (const username of names) await rest.post('users', { username, password: 'roses' });
  return Promise.all(names.map(username => rest.post('login', { username, password: 'roses' })));
}

// The fields asked for that came.
function shown(row) {
  return ['kind', 'stars', 'text'].filter(name => name in row);
}

function pointer({ objectId }) {
  return { __type: 'Pointer', className: '_User', objectId };
}

// Chooses fields from the list that opens in a line.
async function protect(page, permissions, name, ...fields) {
  await permissions.line(name).getByText('Click to protect').click();
  for (const field of fields) await page.locator(`[value="${field}"]`).click();
  await page.keyboard.press('Escape');
}
