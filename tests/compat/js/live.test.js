// Live queries: what the SDK's client tells of objects that come, change and go, and to whom.
'use strict';

const { test, after } = require('node:test');
const { assert, Parse, settings, MASTER, unique, as, person, refuses, request } = require('./support');

// The classes that options.json publishes.
const live = () => unique('Live');

const fences = live();
let passed = 0;
let fence;

after(() => Parse.LiveQuery.close());

// Follows a query; `told` fills with [event, fields, original fields], as the objects are at that moment.
async function follow(query, user) {
  const subscription = await query.subscribe(user?.getSessionToken());
  subscription.told = [];
  for (const event of ['create', 'enter', 'update', 'leave', 'delete']) {
    subscription.on(event, (object, original) =>
      subscription.told.push([event, object.toJSON(), original instanceof Parse.Object ? original.toJSON() : null]),
    );
  }
  return subscription;
}

// That nothing comes cannot be waited for: when an object saved later has come twice, all before it has.
async function settled() {
  fence ??= await new Parse.Query(fences).subscribe();
  for (let round = 0; round < 2; round++) {
    const number = ++passed;
    const come = new Promise(resolve => {
      const hear = object => {
        if (object.get('number') !== number) return;
        fence.off?.('create', hear);
        resolve();
      };
      fence.on('create', hear);
    });
    await new Parse.Object(fences).save({ number }, MASTER);
    await come;
  }
}

const events = subscription => subscription.told.map(([event]) => event);

const only = user => {
  const acl = new Parse.ACL();
  acl.setReadAccess(user, true);
  acl.setWriteAccess(user, true);
  return acl;
};

const publicRead = () => {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  return acl;
};

async function saved(className, fields, acl) {
  const object = new Parse.Object(className, fields);
  if (acl) object.setACL(acl);
  return object.save(null, MASTER);
}

test('a client follows an object from its creation to its end', async () => {
  const className = live();
  const scores = await follow(new Parse.Query(className));
  const score = await saved(className, { points: 1, at: new Date(0), list: [1, { a: 1 }] });
  await score.save({ points: 2 }, MASTER);
  await score.destroy(MASTER);
  await settled();

  assert.deepEqual(events(scores), ['create', 'update', 'delete']);
  const [[, made], [, changed, was]] = scores.told;
  assert.deepEqual([made.objectId, made.points, made.at.iso], [score.id, 1, '1970-01-01T00:00:00.000Z']);
  assert.deepEqual([made.list, changed.points, was.points], [[1, { a: 1 }], 2, 1]);
});

test('an object enters and leaves a query', async () => {
  const className = live();
  const high = await follow(new Parse.Query(className).greaterThan('points', 5));
  const score = await saved(className, { points: 1 });
  for (const points of [6, 7, 2]) await score.save({ points }, MASTER);
  await settled();

  assert.deepEqual(events(high), ['enter', 'update', 'leave']);
  assert.deepEqual(
    high.told.map(([, now, was]) => [was.points, now.points]),
    [[1, 6], [6, 7], [7, 2]],
  );
});

test('a removed field is gone in the object and there in the original', async () => {
  const className = live();
  const scores = await follow(new Parse.Query(className));
  const score = await saved(className, { points: 1, note: 'a' });
  score.unset('note');
  await score.save(null, MASTER);
  await settled();

  const [, now, was] = scores.told.at(-1);
  assert.deepEqual([now.note, was.note], [undefined, 'a']);
});

test('nothing comes after unsubscribing', async () => {
  const className = live();
  const [gone, there] = [await follow(new Parse.Query(className)), await follow(new Parse.Query(className))];
  await gone.unsubscribe();
  await saved(className, { points: 1 });
  await settled();

  assert.deepEqual([events(gone), events(there)], [[], ['create']]);
});

test('select limits the fields that are told', async () => {
  const className = live();
  const scores = await follow(new Parse.Query(className).select('points'));
  const score = await saved(className, { points: 1, name: 'a' });
  await settled();

  assert.deepEqual(Object.keys(scores.told[0][1]).sort(), ['createdAt', 'objectId', 'points', 'updatedAt']);
  assert.equal(scores.told[0][1].objectId, score.id);
});

test('watch keeps back changes of other fields', async () => {
  const className = live();
  const scores = await follow(new Parse.Query(className).watch('points'));
  const score = await saved(className, { points: 1, name: 'a' });
  await score.save({ name: 'b' }, MASTER);
  await score.save({ points: 2 }, MASTER);
  await settled();

  assert.deepEqual(events(scores), ['create', 'update']);
});

test('conditions of every kind are told apart', async () => {
  const className = live();
  const other = await saved(live(), {});
  const query = () => new Parse.Query(className);
  const followed = {
    equal: await follow(query().equalTo('name', 'ann')),
    pointer: await follow(query().equalTo('of', other)),
    among: await follow(query().containedIn('name', ['ann', 'bob'])),
    starts: await follow(query().startsWith('name', 'a')),
    element: await follow(query().equalTo('list', 2)),
    all: await follow(query().containsAll('list', [1, 2])),
    exists: await follow(query().exists('of')),
    either: await follow(Parse.Query.or(query().equalTo('name', 'bob'), query().equalTo('list', 1))),
    near: await follow(query().withinKilometers('at', new Parse.GeoPoint(10, 10), 50)),
  };
  await saved(className, { name: 'ann', of: other, list: [1, 2], at: new Parse.GeoPoint(10.1, 10.1) });
  await saved(className, { name: 'cid', list: [3], at: new Parse.GeoPoint(20, 20) });
  await settled();

  assert.deepEqual(
    Object.entries(followed).map(([name, subscription]) => [name, events(subscription).length]),
    Object.keys(followed).map(name => [name, 1]),
  );
});

test('private objects are told to their readers', async () => {
  const className = live();
  const [ann, bob] = [await person(), await person()];
  const [anns, bobs, nobodys] = [
    await follow(new Parse.Query(className), ann),
    await follow(new Parse.Query(className), bob),
    await follow(new Parse.Query(className)),
  ];
  await saved(className, { points: 1 }, only(ann));
  await settled();

  assert.deepEqual([anns, bobs, nobodys].map(events), [['create'], [], []]);
});

test('objects of a role are told to its users', async () => {
  const className = live();
  const [ann, bob] = [await person(), await person()];
  const name = unique('Role');
  const role = new Parse.Role(name, publicRead());
  role.getUsers().add(ann);
  await role.save(null, MASTER);
  const [anns, bobs] = [await follow(new Parse.Query(className), ann), await follow(new Parse.Query(className), bob)];
  // The reference asks for the roles of a user at his first event, over HTTP.
  const come = new Promise(resolve => anns.on('create', resolve));
  const acl = new Parse.ACL();
  acl.setRoleReadAccess(name, true);
  await saved(className, { points: 1 }, acl);
  await come;
  await settled();

  assert.deepEqual([anns, bobs].map(events), [['create'], []]);
});

test('who loses access is not told what came after', async () => {
  const className = live();
  const ann = await person();
  const anns = await follow(new Parse.Query(className), ann);
  const score = await saved(className, { points: 1 }, only(ann));
  score.setACL(new Parse.ACL());
  await score.save({ points: 2 }, MASTER);
  score.setACL(only(ann));
  await score.save({ points: 3 }, MASTER);
  await settled();

  assert.deepEqual(events(anns), ['create', 'leave', 'enter']);
  assert.deepEqual([anns.told[1][1].points, anns.told[2][1].points, anns.told[2][2]], [1, 3, null]);
});

test('a class that may not be found in cannot be followed', async () => {
  const className = live();
  const permissions = { find: {}, get: {}, count: {}, create: {}, update: {}, delete: {}, addField: {} };
  await request('POST', `schemas/${className}`, { className, classLevelPermissions: permissions }, MASTER);

  await refuses(Parse.Error.OPERATION_FORBIDDEN, new Parse.Query(className).subscribe());
});

test('pointer permissions choose who is told', async () => {
  const className = live();
  const [ann, bob] = [await person(), await person()];
  const fields = { owner: { type: 'Pointer', targetClass: '_User' } };
  const permissions = { find: { pointerFields: ['owner'] }, get: {}, create: {}, update: {}, delete: {}, addField: {} };
  await request('POST', `schemas/${className}`, { className, fields, classLevelPermissions: permissions }, MASTER);
  const [anns, bobs] = [await follow(new Parse.Query(className), ann), await follow(new Parse.Query(className), bob)];
  await saved(className, { owner: ann });
  await settled();

  assert.deepEqual([anns, bobs].map(events), [['create'], []]);
});

test('protected fields are not told', async () => {
  const className = live();
  const permissions = { find: { '*': true }, get: { '*': true }, protectedFields: { '*': ['secret'] } };
  const fields = { secret: { type: 'String' } };
  await request('POST', `schemas/${className}`, { className, fields, classLevelPermissions: permissions }, MASTER);
  const things = await follow(new Parse.Query(className));
  await saved(className, { secret: 'a', open: 'b' });
  await settled();

  assert.deepEqual([things.told[0][1].secret, things.told[0][1].open], [undefined, 'b']);
  await refuses(Parse.Error.OPERATION_FORBIDDEN, new Parse.Query(className).equalTo('secret', 'a').subscribe());
});

test('a client that connects again follows what it followed', async () => {
  const className = live();
  const client = new Parse.LiveQueryClient({
    applicationId: settings.appId,
    serverURL: settings.url.replace(/^http/, 'ws'),
    javascriptKey: settings.jsKey,
  });
  client.open();
  const subscription = client.subscribe(new Parse.Query(className));
  await subscription.subscribePromise;
  const opened = new Promise(resolve => subscription.on('open', resolve));
  await opened;
  const again = new Promise(resolve => subscription.on('open', resolve));
  client.socket.close();
  await again;
  const come = new Promise(resolve => subscription.on('create', resolve));
  const score = await saved(className, { points: 1 });

  assert.equal((await come).id, score.id);
  await client.close();
});

test('objects of a batch are told one by one', async () => {
  const className = live();
  const things = await follow(new Parse.Query(className));
  const objects = [1, 2, 3].map(points => new Parse.Object(className, { points }));
  await Parse.Object.saveAll(objects, MASTER);
  await Parse.Object.destroyAll(objects, MASTER);
  await settled();

  assert.deepEqual(events(things).sort(), [...Array(3).fill('create'), ...Array(3).fill('delete')]);
});

test('a signed-in user follows himself', async () => {
  const ann = await person({ phone: '1' });
  const followed = await follow(new Parse.Query(Parse.User).equalTo('objectId', ann.id), ann);
  await ann.save({ phone: '2' }, as(ann));
  await settled();

  assert.deepEqual(events(followed), ['update']);
  assert.equal(followed.told[0][1].phone, '2');
});
