// Class-level permissions: operations, pointer permissions, protected fields, default ACLs.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, as, ids, values, stored, reread, person, refuses } = require('./support');

const FORBIDDEN = Parse.Error.OPERATION_FORBIDDEN;
const EVERYBODY = { '*': true };
const OPEN = {
  find: EVERYBODY,
  get: EVERYBODY,
  count: EVERYBODY,
  create: EVERYBODY,
  update: EVERYBODY,
  delete: EVERYBODY,
  addField: EVERYBODY,
};

// A class with the columns that these tests use and the open permissions, changed as told.
async function ruled(changes = {}) {
  const schema = new Parse.Schema(unique('Ruled'));
  schema.addNumber('n').addString('secret').addString('hidden').addPointer('owner', '_User').addArray('friends');
  schema.setCLP({ ...OPEN, ...changes });
  await schema.save();
  return schema.className;
}

const put = (className, fields = { n: 1 }) => new Parse.Object(className).save(fields, MASTER);

async function role(...users) {
  const made = new Parse.Role(unique('Role'), new Parse.ACL());
  made.getUsers().add(users);
  return made.save(null, MASTER);
}

const attempts = {
  find: object => new Parse.Query(object.className).find(),
  get: object => reread(object),
  count: object => new Parse.Query(object.className).count(),
  create: object => new Parse.Object(object.className).save({ n: 2 }),
  update: object => object.save({ n: 2 }),
  delete: object => object.destroy(),
  addField: object => object.save({ other: 2 }),
};

for (const [operation, attempt] of Object.entries(attempts)) {
  test(`${operation} is refused where nobody may`, async () => {
    const object = await put(await ruled({ [operation]: {} }));

    await refuses(FORBIDDEN, attempt(object), 'Permission denied');
  });
}

test('the other operations stay allowed', async () => {
  const object = await put(await ruled({ delete: {} }));
  await object.save({ n: 2 });

  assert.equal((await reread(object)).get('n'), 2);
});

test('the master key passes over class permissions', async () => {
  const closed = { find: {}, get: {}, count: {}, create: {}, update: {}, delete: {}, addField: {} };
  const object = await put(await ruled(closed));
  await object.save({ n: 2, added: true }, MASTER);

  assert.equal((await reread(object, MASTER)).get('added'), true);
});

test('requiresAuthentication lets in whoever is logged in', async () => {
  const object = await put(
    await ruled({ find: { requiresAuthentication: true }, create: { requiresAuthentication: true } }),
  );
  const user = await person();
  await new Parse.Object(object.className).save({ n: 2 }, as(user));

  assert.equal((await new Parse.Query(object.className).find(as(user))).length, 2);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, new Parse.Query(object.className).find(), 'Permission denied');
});

test('one user may be allowed by id', async () => {
  const [ann, bob] = [await person(), await person()];
  const object = await put(await ruled({ update: { [ann.id]: true } }));
  await object.save({ n: 2 }, as(ann));

  await refuses(FORBIDDEN, object.save({ n: 3 }, as(bob)));
});

test('the members of a role may be allowed', async () => {
  const [member, stranger] = [await person(), await person()];
  const group = await role(member);
  const className = await ruled({ find: { [`role:${group.getName()}`]: true } });
  await put(className);

  assert.equal((await new Parse.Query(className).find(as(member))).length, 1);
  await refuses(FORBIDDEN, new Parse.Query(className).find(as(stranger)));
});

test('Parse.CLP builds permissions that hold', async () => {
  const clp = new Parse.CLP();
  clp.setPublicReadAccess(true);
  const object = await put(await ruled({ ...clp.toJSON(), create: {} }));

  assert.equal((await reread(object)).get('n'), 1);
  await refuses(FORBIDDEN, new Parse.Object(object.className).save({ n: 2 }));
});

test('writing an existing field needs no addField', async () => {
  const object = await put(await ruled({ addField: {} }));
  await object.save({ n: 5 });

  assert.equal((await reread(object)).get('n'), 5);
});

test('pointerFields let an owner find only his own', async () => {
  const className = await ruled({ find: { pointerFields: ['owner'] } });
  const user = await person();
  const mine = await put(className, { owner: user });
  await put(className, { owner: await person() });

  assert.deepEqual(ids(await new Parse.Query(className).find(as(user))), [mine.id]);
});

test('pointerFields let an owner update only his own', async () => {
  const className = await ruled({ update: { pointerFields: ['owner'] } });
  const user = await person();
  const mine = await put(className, { owner: user, n: 1 });
  const other = await put(className, { owner: await person(), n: 1 });
  await mine.save({ n: 2 }, as(user));

  assert.equal((await reread(mine)).get('n'), 2);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, other.save({ n: 2 }, as(user)));
});

test('pointerFields may name an array of users', async () => {
  const className = await ruled({ get: { pointerFields: ['friends'] }, find: { pointerFields: ['friends'] } });
  const [user, stranger] = [await person(), await person()];
  const object = await put(className, { friends: [user] });

  assert.equal((await reread(object, as(user))).id, object.id);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object, as(stranger)));
});

test('readUserFields let the users they name read', async () => {
  const className = await ruled({ find: {}, get: {}, readUserFields: ['owner'] });
  const user = await person();
  const mine = await put(className, { owner: user });
  await put(className, { owner: await person() });

  assert.deepEqual(ids(await new Parse.Query(className).find(as(user))), [mine.id]);
});

test('writeUserFields let the users they name write', async () => {
  const className = await ruled({ update: {}, delete: {}, writeUserFields: ['owner'] });
  const [user, stranger] = [await person(), await person()];
  const mine = await put(className, { owner: user });
  await mine.save({ n: 7 }, as(user));

  await refuses(Parse.Error.OBJECT_NOT_FOUND, mine.save({ n: 8 }, as(stranger)));
  await mine.destroy(as(user));
});

test('protected fields are hidden from everybody they are set for', async () => {
  const object = await put(await ruled({ protectedFields: { '*': ['secret'] } }), { n: 1, secret: 's' });
  const [found] = await new Parse.Query(object.className).find(as(await person()));

  assert.equal(found.has('secret'), false);
  assert.equal((await reread(object)).has('secret'), false);
  assert.equal((await reread(object, MASTER)).get('secret'), 's');
});

test('protected fields are hidden inside includes', async () => {
  const child = await put(await ruled({ protectedFields: { '*': ['secret'] } }), { n: 1, secret: 's' });
  const parent = await stored({ child });
  const found = await new Parse.Query(parent.className).include('child').first();

  assert.equal(found.get('child').get('n'), 1);
  assert.equal(found.get('child').has('secret'), false);
});

test('protected fields cannot be guessed by a query or an order', async () => {
  const className = await ruled({ protectedFields: { '*': ['secret'] } });
  await put(className, { secret: 's' });

  await refuses(FORBIDDEN, new Parse.Query(className).equalTo('secret', 's').find());
  await refuses(FORBIDDEN, new Parse.Query(className).startsWith('secret', 's').count());
  await refuses(FORBIDDEN, new Parse.Query(className).ascending('secret').find());
});

test('a logged-in user sees what only the public may not', async () => {
  const protectedFields = { '*': ['secret', 'hidden'], authenticated: ['hidden'] };
  const object = await put(await ruled({ protectedFields }), { secret: 's', hidden: 'h' });
  const found = await reread(object, as(await person()));

  assert.deepEqual([found.get('secret'), found.has('hidden')], ['s', false]);
});

test('a role may see protected fields', async () => {
  const member = await person();
  const group = await role(member);
  const protectedFields = { '*': ['secret'], [`role:${group.getName()}`]: [] };
  const object = await put(await ruled({ protectedFields }), { secret: 's' });

  assert.equal((await reread(object, as(member))).get('secret'), 's');
  assert.equal((await reread(object)).has('secret'), false);
});

test('the user in a field may see its protected fields', async () => {
  const className = await ruled({ protectedFields: { '*': ['secret'], 'userField:owner': [] } });
  const user = await person();
  const mine = await put(className, { owner: user, secret: 'mine', n: 1 });
  const other = await put(className, { owner: await person(), secret: 'other', n: 2 });
  const found = await new Parse.Query(className).ascending('n').find(as(user));

  assert.deepEqual(ids(found), ids([mine, other]));
  assert.deepEqual(values(found, 'secret'), ['mine', undefined]);
});

test('a default ACL is given to new objects', async () => {
  const user = await person();
  const className = await ruled({ ACL: { currentUser: { read: true, write: true } } });
  const object = await new Parse.Object(className).save({ n: 1 }, as(user));

  assert.deepEqual(object.getACL().toJSON(), { [user.id]: { read: true, write: true } });
  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object));
});

test('permissions that are nonsense are refused', async () => {
  for (const clp of [{ nonsense: EVERYBODY }, { find: { '*': 'yes' } }, { readUserFields: ['nowhere'] }]) {
    const schema = new Parse.Schema(unique('Ruled'));
    schema.setCLP({ ...OPEN, ...clp });
    await refuses(Parse.Error.INVALID_JSON, schema.save());
  }
});

test('changed permissions hold from the next request on', async () => {
  const className = await ruled();
  await put(className);
  const before = await new Parse.Query(className).find();
  await new Parse.Schema(className).setCLP({ ...OPEN, find: {} }).update();

  assert.equal(before.length, 1);
  await refuses(FORBIDDEN, new Parse.Query(className).find());
});

test('an included class is asked for its own permission', async () => {
  const child = await put(await ruled({ get: {}, find: {} }));
  const parent = await stored({ child });

  await refuses(FORBIDDEN, new Parse.Query(parent.className).include('child').find());
});
