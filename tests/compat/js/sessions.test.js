// Parse.Session: what a user may see and change of his own sessions, and that nobody else may.
'use strict';

const { test } = require('node:test');
const { assert, Parse, PASSWORD, MASTER, unique, as, ids, person, refuses, request } = require('./support');

const elsewhere = user => Parse.User.logIn(user.getUsername(), PASSWORD, { installationId: unique('device') });

const sessions = options => new Parse.Query(Parse.Session).find(options);

const mine = user => request('GET', 'sessions/me', {}, as(user));

test('a session tells its token, user, device and expiry', async () => {
  const user = await person();
  const session = await mine(user);

  assert.equal(session.sessionToken, user.getSessionToken());
  assert.equal(session.user.objectId, user.id);
  assert.match(session.installationId, /^device/);
  assert.ok(new Date(session.expiresAt.iso).getTime() > Date.now());
});

test('sessions/me needs a session', async () => {
  await refuses(Parse.Error.INVALID_SESSION_TOKEN, request('GET', 'sessions/me'));
});

test('a user sees his own sessions only', async () => {
  const user = await person();
  const again = await elsewhere(user);
  await person();

  assert.deepEqual(
    (await sessions(as(user))).map(each => each.getSessionToken()).sort(),
    [user, again].map(each => each.getSessionToken()).sort(),
  );
});

test('without a session there are no sessions to see', async () => {
  await refuses(Parse.Error.INVALID_SESSION_TOKEN, sessions());
});

test('the master key sees the sessions of a user', async () => {
  const user = await person();
  const found = await new Parse.Query(Parse.Session).equalTo('user', user).find(MASTER);

  assert.deepEqual(
    found.map(each => each.getSessionToken()),
    [user.getSessionToken()],
  );
});

test('a user ends another of his sessions', async () => {
  const user = await person();
  const again = await elsewhere(user);
  const { objectId } = await mine(again);
  await Parse.Session.createWithoutData(objectId).destroy(as(user));

  await refuses(Parse.Error.INVALID_SESSION_TOKEN, mine(again));
  assert.equal((await mine(user)).user.objectId, user.id);
});

test('nobody ends the session of another user', async () => {
  const [user, other] = [await person(), await person()];
  const { objectId } = await mine(user);

  await refuses(Parse.Error.OBJECT_NOT_FOUND, Parse.Session.createWithoutData(objectId).destroy(as(other)));
  assert.equal((await mine(user)).objectId, objectId);
});

test('nobody reads the session of another user', async () => {
  const [user, other] = [await person(), await person()];
  const { objectId } = await mine(user);

  await refuses(Parse.Error.OBJECT_NOT_FOUND, new Parse.Query(Parse.Session).get(objectId, as(other)));
});

test('a user adds fields to his session', async () => {
  const user = await person();
  const { objectId } = await mine(user);
  await request('PUT', `sessions/${objectId}`, { note: 'tablet' }, as(user));

  assert.equal((await mine(user)).note, 'tablet');
});

test('the fields that make a session cannot be changed', async () => {
  const user = await person();
  const { objectId } = await mine(user);
  const changes = [
    { sessionToken: 'r:00000000000000000000000000000000' },
    { installationId: 'other' },
    { expiresAt: { __type: 'Date', iso: '2100-01-01T00:00:00.000Z' } },
    { createdWith: { action: 'login' } },
    { user: { __type: 'Pointer', className: '_User', objectId: 'other' } },
  ];

  for (const change of changes) {
    await refuses(Parse.Error.INVALID_KEY_NAME, request('PUT', `sessions/${objectId}`, change, as(user)));
  }
});

test('a session made by hand belongs to its maker', async () => {
  const [user, other] = [await person(), await person()];
  const made = await request('POST', 'sessions', { user: other.toPointer(), note: 'by hand' }, as(user));
  const [session] = await new Parse.Query(Parse.Session).equalTo('note', 'by hand').find(as(user));

  assert.match(made.sessionToken, /^r:[0-9a-f]{32}$/);
  assert.equal(session.get('user').id, user.id);
  assert.deepEqual(session.get('createdWith'), { action: 'create' });
});

test('two sessions of one user differ in id and token', async () => {
  const user = await person();
  const again = await elsewhere(user);
  const found = await new Parse.Query(Parse.Session).equalTo('user', user).find(MASTER);

  assert.equal(ids(found).length, 2);
  assert.notEqual(user.getSessionToken(), again.getSessionToken());
});

test('a session the master removed is refused', async () => {
  const user = await person();
  const [session] = await new Parse.Query(Parse.Session).equalTo('user', user).find(MASTER);
  await session.destroy(MASTER);

  await refuses(Parse.Error.INVALID_SESSION_TOKEN, mine(user));
});
