// Users with passwords and without, their sessions, and roles that hold other roles.
'use strict';

const PASSWORD = 'correct horse';

async function signUp(server, key, fields = {}) {
  const { Parse, made, name } = server;
  const user = new Parse.User({ username: name(key), password: PASSWORD, ...fields });
  await user.signUp();
  made.users[key] = {
    id: user.id,
    token: user.getSessionToken(),
    username: name(key),
    password: PASSWORD,
    email: fields.email,
  };
  return user;
}

async function writeUsers(server) {
  const { made, name, rest } = server;
  const email = key => `${name(key)}@Example.com`;
  await signUp(server, 'ann', { email: email('ann'), phone: '+1 555', age: 41, tags: ['a', 'b'] });
  await signUp(server, 'bob', { email: email('bob'), nested: { deep: [1, { x: null }] } });
  await signUp(server, 'cat');
  await signUp(server, 'UPPER', { email: email('UPPER') });
  await signUp(server, 'ümläut', {});
  await signUp(server, 'renamed');
  const { users } = made;
  await rest('PUT', `users/${users.renamed.id}`, { username: name('afterwards'), password: 'new secret' });
  Object.assign(users.renamed, { username: name('afterwards'), password: 'new secret' });
  await rest('PUT', `users/${users.cat.id}`, { email: email('cat') }, users.cat.token);
  users.cat.email = email('cat');
}

async function writeSessions(server) {
  const { made, name, rest } = server;
  const { users } = made;
  await signUp(server, 'gone');
  await rest('POST', 'logout', {}, users.gone.token);
  const again = await rest('POST', 'login', { username: users.ann.username, password: PASSWORD }, 'client');
  users.ann.second = again.sessionToken;
  const installationId = `${name('phone')}-installation`.toLowerCase();
  const third = await rest('POST', 'login', { username: users.bob.username, password: PASSWORD, installationId }, 'client');
  users.bob.second = third.sessionToken;
  const own = await rest('POST', 'sessions', { note: 'made by hand' }, users.bob.token);
  users.bob.third = own.sessionToken;
}

async function writeAnonymous(server) {
  const { made, name, rest } = server;
  const authData = { anonymous: { id: `${name('anonymous')}-id` } };
  const made_ = await rest('POST', 'users', { authData }, 'client');
  made.users.anonymous = { id: made_.objectId, token: made_.sessionToken, username: made_.username, authData };
  const linked = { anonymous: { id: `${name('grown')}-id` } };
  const guest = await rest('POST', 'users', { authData: linked }, 'client');
  await rest(
    'PUT',
    `users/${guest.objectId}`,
    { username: name('grown'), password: PASSWORD, authData: { anonymous: null } },
    guest.sessionToken
  );
  const token = (await rest('POST', 'login', { username: name('grown'), password: PASSWORD }, 'client')).sessionToken;
  made.users.grown = { id: guest.objectId, token, username: name('grown'), password: PASSWORD };
}

// Admins holds ann. Editors holds bob, and Admins as a child. Staff holds Editors: bob and ann are in it by inheritance.
async function writeRoles(server) {
  const { Parse, MASTER, made, name } = server;
  const anybody = new Parse.ACL();
  anybody.setPublicReadAccess(true);
  const role = async (key, acl, users, roles) => {
    const one = new Parse.Role(name(key), acl);
    for (const user of users) one.getUsers().add(Parse.User.createWithoutData(made.users[user].id));
    for (const child of roles) one.getRoles().add(child);
    await one.save(null, MASTER);
    made.roles[key] = { id: one.id, name: name(key) };
    return one;
  };
  const admins = await role('Admins', anybody, ['ann'], []);
  const editors = await role('Editors', anybody, ['bob'], [admins]);
  await role('Staff', anybody, [], [editors]);
  await role('Hidden', new Parse.ACL(), ['cat'], []);
  const left = await role('Left', anybody, ['bob', 'cat'], []);
  left.getUsers().remove(Parse.User.createWithoutData(made.users.bob.id));
  await left.save(null, MASTER);
}

async function write(server) {
  await writeUsers(server);
  await writeSessions(server);
  await writeAnonymous(server);
  await writeRoles(server);
}

module.exports = { write };
