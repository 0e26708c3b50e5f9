// Many objects in one call: saveAll, fetchAll, destroyAll, their errors, and objects saved along with others.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, ids, values, stored, column, reread, refuses, request } = require('./support');

const fresh = (className, list) => list.map(v => new Parse.Object(className, { v }));

const hollow = object => Parse.Object.extend(object.className).createWithoutData(object.id);

test('saveAll creates every object', async () => {
  const className = unique('Row');
  const saved = await Parse.Object.saveAll(fresh(className, [1, 2, 3]));
  const found = await new Parse.Query(className).ascending('v').find();

  assert.deepEqual(ids(found), ids(saved));
  assert.deepEqual(values(found, 'v'), [1, 2, 3]);
});

test('saveAll mixes creates and updates', async () => {
  const className = unique('Row');
  const old = await stored({ v: 1 }, className);
  old.set('v', 10);
  await Parse.Object.saveAll([old, ...fresh(className, [20])]);

  assert.deepEqual(values(await new Parse.Query(className).ascending('v').find(), 'v'), [10, 20]);
});

test('saveAll takes objects of different classes', async () => {
  const objects = [new Parse.Object(unique('A'), { v: 1 }), new Parse.Object(unique('B'), { v: 2 })];
  await Parse.Object.saveAll(objects);

  assert.deepEqual(await Promise.all(objects.map(async each => (await reread(each)).get('v'))), [1, 2]);
});

test('saveAll splits long lists into batches', async () => {
  const className = unique('Row');
  await Parse.Object.saveAll(
    fresh(
      className,
      Array.from({ length: 55 }, (_, n) => n),
    ),
    { batchSize: 20 },
  );

  assert.equal(await new Parse.Query(className).count(), 55);
});

test('saveAll stores a thousand objects in one batch, in their order', async () => {
  const className = unique('Row');
  const list = Array.from({ length: 1000 }, (_, n) => n);
  const saved = await Parse.Object.saveAll(fresh(className, list), { batchSize: 1000, ...MASTER });
  const found = await new Parse.Query(className).ascending('v').limit(1000).find();

  assert.deepEqual(ids(found), ids(saved));
  assert.deepEqual(values(found, 'v'), list);
});

test('saveAll saves the objects that can be saved and tells of the other', async () => {
  const className = await column([0]);
  const [good, bad] = [new Parse.Object(className, { v: 1 }), new Parse.Object(className, { v: 'text' })];

  await refuses(Parse.Error.INCORRECT_TYPE, Parse.Object.saveAll([good, bad]));
  assert.equal(await new Parse.Query(className).count(), 2);
});

test('saveAll applies operations', async () => {
  const className = unique('Row');
  const objects = await Parse.Object.saveAll(fresh(className, [1, 10]));
  await Parse.Object.saveAll(objects.map(each => each.increment('v', 5)));

  assert.deepEqual(values(objects, 'v'), [6, 15]);
});

test('a save takes along the unsaved objects it points to', async () => {
  const child = new Parse.Object(unique('Child'), { name: 'child' });
  const parent = await stored({ child, list: [new Parse.Object(unique('Item'), { n: 1 })] });
  const found = await new Parse.Query(parent.className).include('child', 'list').first();

  assert.equal(found.get('child').get('name'), 'child');
  assert.equal(found.get('list')[0].get('n'), 1);
});

test('saveAll saves chains of unsaved objects from the far end', async () => {
  const grandchild = new Parse.Object(unique('Grandchild'), { name: 'grandchild' });
  const child = new Parse.Object(unique('Child'), { next: grandchild });
  const parent = new Parse.Object(unique('Parent'), { child });
  await Parse.Object.saveAll([parent]);
  const found = await new Parse.Query(parent.className).include('child.next').first();

  assert.equal(found.get('child').get('next').get('name'), 'grandchild');
});

test('a save without cascade leaves changed children alone', async () => {
  const child = await stored({ v: 1 });
  const parent = await stored({ child });
  child.set('v', 2);
  await parent.save({ name: 'x' }, { cascadeSave: false });

  assert.equal((await reread(child)).get('v'), 1);
});

test('unsaved objects that point at each other in a circle are refused', async () => {
  const [one, two] = [new Parse.Object(unique('A')), new Parse.Object(unique('B'))];
  one.set('other', two);
  two.set('other', one);

  await assert.rejects(one.save(), /Cannot create a pointer to an unsaved Object/i);
});

test('fetchAll brings the stored state of all', async () => {
  const className = unique('Row');
  const objects = await Parse.Object.saveAll(fresh(className, [1, 2]));
  await Parse.Object.saveAll((await Parse.Object.fetchAll(objects.map(hollow))).map(each => each.increment('v', 100)));
  await Parse.Object.fetchAll(objects);

  assert.deepEqual(values(objects, 'v'), [101, 102]);
});

test('fetchAll tells of an object that is gone', async () => {
  const className = unique('Row');
  const [one, two] = await Parse.Object.saveAll(fresh(className, [1, 2]));
  await hollow(two).destroy();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, Parse.Object.fetchAll([one, two]));
});

test('fetchAllIfNeeded leaves objects with data alone', async () => {
  const className = unique('Row');
  const [one, two] = await Parse.Object.saveAll(fresh(className, [1, 2]));
  await Parse.Object.saveAll((await Parse.Object.fetchAll([hollow(one), hollow(two)])).map(each => each.set('v', 9)));
  const empty = hollow(two);
  await Parse.Object.fetchAllIfNeeded([one, empty]);

  assert.deepEqual([one.get('v'), empty.get('v')], [1, 9]);
});

test('fetchAllWithInclude brings the pointed-to objects', async () => {
  const child = await stored({ name: 'child' });
  const className = unique('Parent');
  const parents = await Parse.Object.saveAll([1, 2].map(v => new Parse.Object(className, { v, child })));
  const fetched = await Parse.Object.fetchAllWithInclude(parents.map(hollow), 'child');

  assert.deepEqual(
    fetched.map(each => each.get('child').get('name')),
    ['child', 'child'],
  );
});

test('fetchAllIfNeededWithInclude fills only what is empty', async () => {
  const child = await stored({ name: 'child' });
  const parent = await stored({ child });
  const [fetched] = await Parse.Object.fetchAllIfNeededWithInclude([hollow(parent)], ['child']);

  assert.equal(fetched.get('child').get('name'), 'child');
});

test('destroyAll removes every object', async () => {
  const className = unique('Row');
  const objects = await Parse.Object.saveAll(fresh(className, [1, 2, 3]));
  await Parse.Object.destroyAll(objects.slice(0, 2));

  assert.deepEqual(ids(await new Parse.Query(className).find()), [objects[2].id]);
});

test('destroyAll tells of the objects that were not there', async () => {
  const className = unique('Row');
  const objects = await Parse.Object.saveAll(fresh(className, [1, 2, 3]));
  await hollow(objects[1]).destroy();

  await assert.rejects(Parse.Object.destroyAll(objects), error => {
    assert.equal(error.code, Parse.Error.AGGREGATE_ERROR);
    assert.deepEqual(
      error.errors.map(each => [each.code, each.object.id]),
      [[101, objects[1].id]],
    );
    return true;
  });
  assert.equal(await new Parse.Query(className).count(), 0);
});

test('a batch answers in the order of its entries', async () => {
  const className = unique('Row');
  const path = `${new URL(Parse.serverURL).pathname}/classes/${className}`;
  const object = await stored({ v: 1 }, className);
  const answer = await request('POST', 'batch', {
    requests: [
      { method: 'POST', path, body: { v: 2 } },
      { method: 'PUT', path: `${path}/${object.id}`, body: { v: { __op: 'Increment', amount: 5 } } },
      { method: 'DELETE', path: `${path}/missing123` },
    ],
  });

  assert.match(answer[0].success.objectId, /^[A-Za-z0-9]{10}$/);
  assert.equal(answer[1].success.v, 6);
  assert.deepEqual(answer[2], { error: { code: 101, error: 'Object not found.' } });
});

test('an empty batch answers an empty list', async () => {
  assert.deepEqual(await request('POST', 'batch', { requests: [] }), []);
});

test('a batch inside a batch is refused', async () => {
  const path = `${new URL(Parse.serverURL).pathname}/batch`;
  const nested = request('POST', 'batch', { requests: [{ method: 'POST', path, body: { requests: [] } }] });

  await refuses(Parse.Error.INVALID_JSON, nested);
});

test('a batch path outside the server is refused', async () => {
  const batch = request('POST', 'batch', { requests: [{ method: 'GET', path: '/elsewhere/classes/A' }] });

  await refuses(Parse.Error.INVALID_JSON, batch, 'cannot route batch path /elsewhere/classes/A');
});

test('batches run with the master key of the call', async () => {
  const object = await stored({ v: 1 });
  object.setACL(new Parse.ACL());
  await object.save();
  await refuses(Parse.Error.OBJECT_NOT_FOUND, Parse.Object.saveAll([object.set('v', 2)]));
  await Parse.Object.saveAll([object.set('v', 3)], MASTER);

  assert.equal((await reread(object, MASTER)).get('v'), 3);
});
