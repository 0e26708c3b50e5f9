// Who may read and write: ACLs, roles and their hierarchy.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, as, ids, stored, reread, person, refuses, request } = require('./support');

const only = (...who) => {
  const acl = new Parse.ACL();
  for (const one of who) {
    acl.setReadAccess(one, true);
    acl.setWriteAccess(one, true);
  }
  return acl;
};

const guarded = (acl, fields = {}) => {
  const object = new Parse.Object(unique('Guarded'), { n: 1, ...fields });
  object.setACL(acl);
  return object.save(null, MASTER);
};

const publicRead = () => {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  return acl;
};

async function role(users = [], roles = []) {
  const made = new Parse.Role(unique('Role'), publicRead());
  if (users.length) made.getUsers().add(users);
  if (roles.length) made.getRoles().add(roles);
  return made.save(null, MASTER);
}

const mayRead = async (object, options) => (await new Parse.Query(object.className).find(options)).length === 1;

test('an object without an ACL is open to everybody', async () => {
  const object = await stored({ n: 1 });
  await object.save({ n: 2 }, as(await person()));

  assert.equal((await reread(object)).get('n'), 2);
  assert.equal(object.getACL(), null);
});

test('the owner reads and writes a private object', async () => {
  const user = await person();
  const object = await guarded(only(user));
  await object.save({ n: 2 }, as(user));

  assert.equal((await reread(object, as(user))).get('n'), 2);
});

test('nobody else finds a private object', async () => {
  const object = await guarded(only(await person()));

  assert.equal(await mayRead(object), false);
  assert.equal(await mayRead(object, as(await person())), false);
  assert.equal(await new Parse.Query(object.className).count(as(await person())), 0);
});

test('a private object cannot be told from a missing one', async () => {
  const object = await guarded(only(await person()));
  const stranger = as(await person());

  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object, stranger), 'Object not found.');
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save({ n: 2 }, stranger), 'Object not found.');
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.destroy(stranger), 'Object not found.');
});

test('public reading does not allow writing', async () => {
  const object = await guarded(publicRead());

  assert.equal((await reread(object)).get('n'), 1);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save({ n: 2 }));
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.destroy());
});

test('public writing does not allow reading', async () => {
  const acl = new Parse.ACL();
  acl.setPublicWriteAccess(true);
  const object = await guarded(acl);
  await object.save({ n: 2 });

  assert.equal(await mayRead(object), false);
  assert.equal((await reread(object, MASTER)).get('n'), 2);
});

test('an empty ACL leaves an object to the master key', async () => {
  const object = await guarded(new Parse.ACL());

  assert.equal(await mayRead(object, as(await person())), false);
  assert.equal(await mayRead(object, MASTER), true);
});

test('access is shared with a second user', async () => {
  const [ann, bob] = [await person(), await person()];
  const acl = only(ann);
  acl.setReadAccess(bob, true);
  const object = await guarded(acl);

  assert.equal(await mayRead(object, as(bob)), true);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save({ n: 2 }, as(bob)));
});

test('an ACL is read as it was saved', async () => {
  const user = await person();
  const acl = only(user);
  acl.setPublicReadAccess(true);
  acl.setRoleWriteAccess('Editors', true);
  const found = await reread(await guarded(acl));

  assert.deepEqual(found.getACL().toJSON(), acl.toJSON());
});

test('the owner may make a private object public', async () => {
  const user = await person();
  const object = await guarded(only(user));
  const acl = only(user);
  acl.setPublicReadAccess(true);
  object.setACL(acl);
  await object.save(null, as(user));

  assert.equal(await mayRead(object), true);
});

test('an ACL written by who may not write is refused', async () => {
  const object = await guarded(publicRead());
  const stranger = await person();
  object.setACL(only(stranger));

  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save(null, as(stranger)));
});

test('a private object is left out of includes', async () => {
  const user = await person();
  const child = await guarded(only(user));
  const parent = await stored({ child });
  const query = () => new Parse.Query(parent.className).include('child');

  assert.equal((await query().first()).has('child'), false);
  assert.equal((await query().first(as(user))).get('child').get('n'), 1);
});

test('a private object does not answer sub-queries', async () => {
  const user = await person();
  const child = await guarded(only(user));
  const parent = await stored({ child });
  const query = () =>
    new Parse.Query(parent.className).matchesQuery('child', new Parse.Query(child.className).equalTo('n', 1));

  assert.deepEqual(await query().find(), []);
  assert.deepEqual(ids(await query().find(as(user))), [parent.id]);
});

test('a role needs an ACL', async () => {
  await refuses(
    Parse.Error.INCORRECT_TYPE,
    request('POST', 'roles', { name: unique('Role') }, MASTER),
    'ACL is required.',
  );
});

test('a role needs a name', async () => {
  const create = request('POST', 'roles', { ACL: { '*': { read: true } } }, MASTER);

  await refuses(Parse.Error.INCORRECT_TYPE, create, 'name is required.');
});

test('two roles cannot have one name', async () => {
  const first = await role();

  await refuses(Parse.Error.DUPLICATE_VALUE, new Parse.Role(first.getName(), publicRead()).save(null, MASTER));
});

test('members of a role have its access', async () => {
  const [member, stranger] = [await person(), await person()];
  const object = await guarded(only(await role([member])));
  await object.save({ n: 2 }, as(member));

  assert.equal(await mayRead(object, as(member)), true);
  assert.equal(await mayRead(object, as(stranger)), false);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save({ n: 3 }, as(stranger)));
});

test('members of an inner role have the access of the outer role', async () => {
  const member = await person();
  const inner = await role([member]);
  const object = await guarded(only(await role([], [inner])));

  assert.equal(await mayRead(object, as(member)), true);
});

test('roles inherit over several levels', async () => {
  const member = await person();
  const inner = await role([member]);
  const middle = await role([], [inner]);
  const object = await guarded(only(await role([], [middle])));

  assert.equal(await mayRead(object, as(member)), true);
});

test('members of the outer role do not have the access of the inner role', async () => {
  const member = await person();
  const inner = await role();
  await role([member], [inner]);
  const object = await guarded(only(inner));

  assert.equal(await mayRead(object, as(member)), false);
});

test('roles that hold each other do no harm', async () => {
  const member = await person();
  const one = await role([member]);
  const two = await role([], [one]);
  one.getRoles().add(two);
  await one.save(null, MASTER);

  assert.equal(await mayRead(await guarded(only(two)), as(member)), true);
});

test('who is taken out of a role loses its access', async () => {
  const member = await person();
  const group = await role([member]);
  const object = await guarded(only(group));
  const before = await mayRead(object, as(member));
  group.getUsers().remove(member);
  await group.save(null, MASTER);

  assert.equal(before, true);
  assert.equal(await mayRead(object, as(member)), false);
});

test('who is added to a role gains its access at once', async () => {
  const member = await person();
  const group = await role();
  const object = await guarded(only(group));
  const before = await mayRead(object, as(member));
  group.getUsers().add(member);
  await group.save(null, MASTER);

  assert.equal(before, false);
  assert.equal(await mayRead(object, as(member)), true);
});

test('a role is not writable beyond its ACL', async () => {
  const group = await role();
  const stranger = await person();
  group.getUsers().add(stranger);

  await refuses(Parse.Error.OBJECT_NOT_FOUND, group.save(null, as(stranger)));
});

test('a role is found by its name and lists its members', async () => {
  const [one, two] = [await person(), await person()];
  const group = await role([one, two]);
  const found = await new Parse.Query(Parse.Role).equalTo('name', group.getName()).first();

  assert.deepEqual(ids(await found.getUsers().query().find(MASTER)), [one.id, two.id].sort());
});

test('roles are found by a member', async () => {
  const member = await person();
  const group = await role([member]);

  assert.deepEqual(ids(await new Parse.Query(Parse.Role).equalTo('users', member).find(MASTER)), [group.id]);
});
