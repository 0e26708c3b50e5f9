// Parse.User without a current user, as servers use it: sign up, log in, read, change, delete, passwords, anonymity.
'use strict';

const { test } = require('node:test');
const { assert, Parse, PASSWORD, MASTER, unique, as, stored, reread, person, refuses, request } = require('./support');

const MISSING = Parse.Error.OBJECT_NOT_FOUND;
const NO_SESSION = Parse.Error.INVALID_SESSION_TOKEN;

const mail = () => `${unique('mail')}@example.org`;

const onDevice = () => ({ installationId: unique('device') });

const me = user => Parse.User.me(user.getSessionToken());

test('signing up gives an id, a session token and the dates', async () => {
  const user = await person();

  assert.match(user.id, /^[A-Za-z0-9]{10}$/);
  assert.match(user.getSessionToken(), /^r:[0-9a-f]{32}$/);
  assert.ok(user.createdAt instanceof Date);
});

test('signing up keeps further fields', async () => {
  const user = await person({ nick: 'Ann', level: 3 });
  const found = await me(user);

  assert.deepEqual([found.get('nick'), found.get('level')], ['Ann', 3]);
});

test('the password is never given back', async () => {
  const user = await person();
  const found = await request('GET', `users/${user.id}`, {}, MASTER);

  assert.deepEqual(
    Object.keys(found).filter(key => /pass|_hashed/i.test(key)),
    [],
  );
});

test('a username is taken once', async () => {
  const user = await person();
  const again = Parse.User.signUp(user.getUsername(), PASSWORD);

  await refuses(Parse.Error.USERNAME_TAKEN, again, 'Account already exists for this username.');
});

test('an e-mail address is taken once', async () => {
  const email = mail();
  await person({ email });

  await refuses(Parse.Error.EMAIL_TAKEN, person({ email }), 'Account already exists for this email address.');
});

test('an e-mail address needs its form', async () => {
  await refuses(Parse.Error.INVALID_EMAIL_ADDRESS, person({ email: 'nobody' }), 'Email address format is invalid.');
});

test('signing up needs a username', async () => {
  await refuses(
    Parse.Error.USERNAME_MISSING,
    request('POST', 'users', { password: PASSWORD }),
    'bad or missing username',
  );
});

test('signing up needs a password', async () => {
  const create = request('POST', 'users', { username: unique('user') });

  await refuses(Parse.Error.PASSWORD_MISSING, create, 'password is required');
});

test('nobody verifies his own e-mail address', async () => {
  const user = await person();

  await refuses(Parse.Error.OPERATION_FORBIDDEN, user.save({ emailVerified: true }, as(user)));
});

test('logging in gives the user with a new session', async () => {
  const user = await person({ nick: 'Ann' });
  const again = await Parse.User.logIn(user.getUsername(), PASSWORD, onDevice());

  assert.equal(again.id, user.id);
  assert.equal(again.get('nick'), 'Ann');
  assert.notEqual(again.getSessionToken(), user.getSessionToken());
  assert.equal((await me(again)).id, (await me(user)).id);
});

test('logging in works by GET as well', async () => {
  const user = await person();
  const again = await Parse.User.logIn(user.getUsername(), PASSWORD, { ...onDevice(), usePost: false });

  assert.equal(again.id, user.id);
});

test('logging in works with the e-mail address', async () => {
  const email = mail();
  const user = await person({ email });
  const answer = await request('POST', 'login', { email, password: PASSWORD }, onDevice());

  assert.equal(answer.objectId, user.id);
  assert.equal((await Parse.User.logIn(email, PASSWORD, onDevice())).id, user.id);
});

test('a wrong password and an unknown user are refused alike', async () => {
  const user = await person();

  await refuses(MISSING, Parse.User.logIn(user.getUsername(), 'wrong'), 'Invalid username/password.');
  await refuses(MISSING, Parse.User.logIn(unique('nobody'), PASSWORD), 'Invalid username/password.');
});

test('logging in needs a username and a password', async () => {
  const name = unique('user');

  await refuses(
    Parse.Error.USERNAME_MISSING,
    request('POST', 'login', { password: PASSWORD }),
    'username/email is required.',
  );
  await refuses(Parse.Error.PASSWORD_MISSING, request('POST', 'login', { username: name }), 'password is required.');
});

test('operators in place of a name or password find nobody', async () => {
  const user = await person();

  await refuses(MISSING, request('POST', 'login', { username: user.getUsername(), password: { $ne: '' } }));
  await refuses(MISSING, request('POST', 'login', { username: { $regex: '.*' }, password: PASSWORD }));
});

test('me needs a session', async () => {
  await refuses(NO_SESSION, request('GET', 'users/me'));
});

test('a made-up session token is refused everywhere', async () => {
  const sessionToken = 'r:00000000000000000000000000000000';

  await refuses(NO_SESSION, Parse.User.me(sessionToken), 'Invalid session token');
  await refuses(NO_SESSION, new Parse.Query(unique('Thing')).find({ sessionToken }), 'Invalid session token');
  await refuses(NO_SESSION, Parse.Cloud.run('nothing', {}, { sessionToken }), 'Invalid session token');
});

test('logging out ends the session', async () => {
  const user = await person();
  await Parse.User.logOut(as(user));

  await refuses(NO_SESSION, me(user));
});

test('logging out of one device leaves the other', async () => {
  const user = await person();
  const again = await Parse.User.logIn(user.getUsername(), PASSWORD, onDevice());
  await Parse.User.logOut(as(user));

  assert.equal((await me(again)).id, user.id);
});

test('logging in twice on one device leaves one session', async () => {
  const user = await person();
  const device = onDevice();
  const first = await Parse.User.logIn(user.getUsername(), PASSWORD, device);
  const second = await Parse.User.logIn(user.getUsername(), PASSWORD, device);

  await refuses(NO_SESSION, me(first));
  assert.equal((await me(second)).id, user.id);
});

test('users change their own fields', async () => {
  const user = await person();
  await user.save({ nick: 'Bob' }, as(user));

  assert.equal((await me(user)).get('nick'), 'Bob');
});

test('users cannot change one another', async () => {
  const [user, other] = [await person(), await person()];

  await refuses(Parse.Error.SESSION_MISSING, user.save({ nick: 'Eve' }, as(other)));
});

test('a change without a session is refused', async () => {
  const user = await person();
  const change = request('PUT', `users/${user.id}`, { nick: 'Eve' });

  await refuses(Parse.Error.SESSION_MISSING, change);
});

test('the master key changes any user', async () => {
  const user = await person();
  await user.save({ nick: 'Mod' }, MASTER);

  assert.equal((await me(user)).get('nick'), 'Mod');
});

test('a username is changed unless it is taken', async () => {
  const [user, other] = [await person(), await person()];
  const name = unique('renamed');
  await user.save({ username: name }, as(user));

  assert.equal((await Parse.User.logIn(name, PASSWORD, onDevice())).id, user.id);
  await refuses(Parse.Error.USERNAME_TAKEN, user.save({ username: other.getUsername() }, as(user)));
});

test('a changed password replaces the old one', async () => {
  const user = await person();
  await user.save({ password: 'another one' }, as(user));

  assert.equal((await Parse.User.logIn(user.getUsername(), 'another one', onDevice())).id, user.id);
  await refuses(MISSING, Parse.User.logIn(user.getUsername(), PASSWORD));
});

test('a changed password ends all sessions and opens a new one', async () => {
  const user = await person();
  const elsewhere = await Parse.User.logIn(user.getUsername(), PASSWORD, onDevice());
  const oldToken = user.getSessionToken();
  await user.save({ password: 'another one' }, as(user));

  await refuses(NO_SESSION, me(elsewhere));
  await refuses(NO_SESSION, Parse.User.me(oldToken));
  assert.notEqual(user.getSessionToken(), oldToken);
  assert.equal((await me(user)).id, user.id);
});

test('verifyPassword tells right from wrong without a session', async () => {
  const user = await person();
  const answer = await Parse.User.verifyPassword(user.getUsername(), PASSWORD);

  assert.equal(answer.objectId, user.id);
  assert.equal(answer.sessionToken, undefined);
  await refuses(MISSING, user.verifyPassword('wrong'), 'Invalid username/password.');
});

test('loginAs opens a session for the master', async () => {
  const user = await person();
  const again = await Parse.User.loginAs(user.id);

  assert.equal(again.id, user.id);
  assert.equal((await me(again)).id, user.id);
});

test('loginAs is for the master key', async () => {
  const user = await person();

  await refuses(Parse.Error.OPERATION_FORBIDDEN, request('POST', 'loginAs', { userId: user.id }));
});

test('a new user is private', async () => {
  const [user, other] = [await person(), await person()];

  assert.deepEqual((await me(user)).getACL().toJSON(), { [user.id]: { read: true, write: true } });
  await refuses(MISSING, reread(user, as(other)));
  assert.equal(await new Parse.Query(Parse.User).equalTo('username', user.getUsername()).count(), 0);
});

test('a user whose ACL is public is seen without e-mail address', async () => {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  const user = await person({ email: mail(), nick: 'seen', ACL: acl });
  const seen = await reread(user);

  assert.equal(seen.get('nick'), 'seen');
  assert.equal(seen.has('email'), false);
  assert.match((await me(user)).get('email'), /@example\.org$/);
});

test('users delete themselves and nobody else', async () => {
  const [user, other] = [await person(), await person()];
  await refuses(Parse.Error.SESSION_MISSING, user.destroy(as(other)));
  await user.destroy(as(user));

  await refuses(MISSING, Parse.User.logIn(user.getUsername(), PASSWORD));
  await refuses(MISSING, reread(user, MASTER));
});

test('an object may point to its user', async () => {
  const user = await person({ nick: 'Ann' });
  const object = await stored({ owner: user });
  const found = await new Parse.Query(object.className).equalTo('owner', user).include('owner').first(as(user));

  assert.equal(found.get('owner').get('nick'), 'Ann');
  assert.equal(found.get('owner').has('sessionToken'), false);
});

test('an anonymous user has a session and a generated name', async () => {
  const user = await Parse.AnonymousUtils.logIn(onDevice());

  assert.equal(Parse.AnonymousUtils.isLinked(user), true);
  assert.match(user.getSessionToken(), /^r:/);
  assert.match((await me(user)).getUsername(), /^[A-Za-z0-9]{25}$/);
});

test('anonymous data that was used before finds its user again', async () => {
  const id = unique('anonymous');
  const first = await Parse.User.logInWith('anonymous', { authData: { id } }, onDevice());
  const second = await Parse.User.logInWith('anonymous', { authData: { id } }, onDevice());

  assert.equal(second.id, first.id);
  assert.notEqual(second.getSessionToken(), first.getSessionToken());
});

test('an anonymous user becomes a named one', async () => {
  const user = await Parse.AnonymousUtils.logIn(onDevice());
  const username = unique('named');
  await user.save({ username, password: PASSWORD, authData: { anonymous: null } }, as(user));
  const again = await Parse.User.logIn(username, PASSWORD, onDevice());

  assert.equal(again.id, user.id);
  assert.equal(Parse.AnonymousUtils.isLinked(again), false);
});

test('an unknown provider is refused', async () => {
  const logIn = Parse.User.logInWith('nonsense', { authData: { id: '1' } }, onDevice());

  await refuses(Parse.Error.UNSUPPORTED_SERVICE, logIn, 'This authentication method is unsupported.');
});

test('nobody sees the authData of others', async () => {
  const user = await Parse.AnonymousUtils.logIn(onDevice());
  const acl = new Parse.ACL(user);
  acl.setPublicReadAccess(true);
  user.setACL(acl);
  await user.save(null, as(user));

  assert.equal((await reread(user)).has('authData'), false);
  assert.equal((await reread(user, MASTER)).has('authData'), true);
});
