// Parse.User with a current user, as apps use it: the SDK keeps the session and sends it with every request.
'use strict';

const { test, beforeEach, after } = require('node:test');
const { assert, Parse, PASSWORD, MASTER, unique, stored, reread, refuses, request } = require('./support');

Parse.User.enableUnsafeCurrentUser();
beforeEach(() => Parse.User.logOut().catch(() => undefined));
after(() => Parse.User.logOut().catch(() => undefined));

const signUp = (fields = {}) => Parse.User.signUp(unique('user'), PASSWORD, fields);

test('who signs up is the current user', async () => {
  const user = await signUp();

  assert.equal(Parse.User.current().id, user.id);
  assert.equal(user.isCurrent(), true);
  assert.equal(user.authenticated(), true);
});

test('who logs in is the current user', async () => {
  const user = await signUp();
  await Parse.User.logOut();
  const between = Parse.User.current();
  const again = await Parse.User.logIn(user.getUsername(), PASSWORD);

  assert.equal(between, null);
  assert.equal(again.isCurrent(), true);
  assert.equal(await again.isCurrentAsync(), true);
});

test('logging out ends the session on the server', async () => {
  const token = (await signUp()).getSessionToken();
  await Parse.User.logOut();

  await refuses(Parse.Error.INVALID_SESSION_TOKEN, Parse.User.me(token));
});

test('become takes over a session', async () => {
  const user = await signUp();
  const token = user.getSessionToken();
  await signUp();
  const became = await Parse.User.become(token);

  assert.equal(became.id, user.id);
  assert.equal(Parse.User.current().id, user.id);
});

test('become with a made-up token is refused', async () => {
  await refuses(Parse.Error.INVALID_SESSION_TOKEN, Parse.User.become('r:ffffffffffffffffffffffffffffffff'));
});

test('hydrate makes a user current from JSON', async () => {
  const user = await signUp({ nick: 'Ann' });
  const json = { ...user.toJSON(), className: '_User' };
  await Parse.User.hydrate(json);
  await Parse.User.current().fetch();

  assert.equal(Parse.User.current().get('nick'), 'Ann');
});

test('the current user is sent along with every request', async () => {
  const user = await signUp();
  const object = new Parse.Object(unique('Mine'), { n: 1 });
  object.setACL(new Parse.ACL(user));
  await object.save();
  const mine = await new Parse.Query(object.className).find();
  await Parse.User.logOut();

  assert.equal(mine.length, 1);
  assert.deepEqual(await new Parse.Query(object.className).find(), []);
});

test('the current user changes himself', async () => {
  const user = await signUp();
  await user.save({ nick: 'Bob' });
  await Parse.User.current().fetch();

  assert.equal(Parse.User.current().get('nick'), 'Bob');
});

test('the current user stays logged in after a change of password', async () => {
  const user = await signUp();
  const before = user.getSessionToken();
  user.setPassword('another one');
  await user.save();
  await Parse.User.current().fetch();

  assert.notEqual(Parse.User.current().getSessionToken(), before);
});

test('a destroyed current user is logged out', async () => {
  const user = await signUp();
  await user.destroy();

  assert.equal(Parse.User.current(), null);
});

test('the current session belongs to the current user', async () => {
  const user = await signUp();
  const session = await Parse.Session.current();

  assert.equal(session.getSessionToken(), user.getSessionToken());
  assert.equal(session.get('user').id, user.id);
  assert.deepEqual(session.get('createdWith'), { action: 'signup', authProvider: 'password' });
  assert.equal(Parse.Session.isCurrentSessionRevocable(), true);
});

test('a login names itself in its session', async () => {
  const user = await signUp();
  await Parse.User.logOut();
  await Parse.User.logIn(user.getUsername(), PASSWORD);
  const session = await Parse.Session.current();

  assert.deepEqual(session.get('createdWith'), { action: 'login', authProvider: 'password' });
  assert.ok(session.get('expiresAt').getTime() > Date.now() + 364 * 24 * 3600_000);
});

test('an anonymous user signs up and keeps his data', async () => {
  const user = await Parse.AnonymousUtils.logIn();
  const object = new Parse.Object(unique('Mine'), { n: 1 });
  object.setACL(new Parse.ACL(user));
  await object.save();
  user.setUsername(unique('named'));
  user.setPassword(PASSWORD);
  await user.signUp();

  assert.equal(Parse.User.current().id, user.id);
  assert.equal(Parse.AnonymousUtils.isLinked(Parse.User.current()), false);
  assert.equal((await reread(object)).get('n'), 1);
});

test('an object saved by the current user knows him by pointer', async () => {
  const user = await signUp({ nick: 'Ann' });
  const object = await stored({ owner: user });
  const found = await new Parse.Query(object.className).include('owner').first();

  assert.equal(found.get('owner').get('nick'), 'Ann');
});

test('the master key passes over the current user', async () => {
  await signUp();
  const object = new Parse.Object(unique('Mine'), { n: 1 });
  object.setACL(new Parse.ACL());
  await object.save();
  const stranger = await new Parse.Query(object.className).count();

  assert.equal(stranger, 0);
  assert.equal((await reread(object, MASTER)).get('n'), 1);
});

test('a session that ended elsewhere is refused from then on', async () => {
  const user = await signUp();
  await request('POST', 'logout', {}, { sessionToken: user.getSessionToken() });

  await refuses(Parse.Error.INVALID_SESSION_TOKEN, new Parse.Query(unique('Thing')).find(), 'Invalid session token');
});
