// All or nothing: saveAll, destroyAll and batch in a transaction. The reference runs this file on PostgreSQL.
'use strict';

const { test, before, after } = require('node:test');
const { assert, Parse, unique, sorted, rows, request } = require('./support');

// A failed transaction is answered with 500, which the SDK would send again four times; and the reference cuts
// the connection after such an answer, so that it must not be used again.
const usual = { REQUEST_ATTEMPT_LIMIT: 0, REQUEST_HEADERS: 0 };
before(() => {
  for (const key of Object.keys(usual)) usual[key] = Parse.CoreManager.get(key);
  Parse.CoreManager.set('REQUEST_ATTEMPT_LIMIT', 1);
  Parse.CoreManager.set('REQUEST_HEADERS', { Connection: 'close' });
});
after(() => Object.entries(usual).forEach(([key, value]) => Parse.CoreManager.set(key, value)));

const ALL = { transaction: true };

const there = async className => sorted(await new Parse.Query(className).find(), 'v');

test('saveAll in a transaction saves everything', async () => {
  const className = await rows([{ v: 1 }]);
  await Parse.Object.saveAll(
    [2, 3].map(v => new Parse.Object(className, { v })),
    ALL,
  );

  assert.deepEqual(await there(className), [1, 2, 3]);
});

test('saveAll in a transaction saves nothing if one object is refused', async () => {
  const className = await rows([{ v: 1 }]);
  const objects = [new Parse.Object(className, { v: 2 }), new Parse.Object(className, { v: 'text' })];

  await assert.rejects(Parse.Object.saveAll(objects, ALL));
  assert.deepEqual(await there(className), [1]);
});

test('saveAll in a transaction takes updates back', async () => {
  const className = await rows([{ v: 1 }, { v: 2 }]);
  const [one, two] = await new Parse.Query(className).ascending('v').find();

  await assert.rejects(Parse.Object.saveAll([one.set('v', 10), two.set('v', 'text')], ALL));
  assert.deepEqual(await there(className), [1, 2]);
});

test('destroyAll in a transaction removes everything', async () => {
  const className = await rows([{ v: 1 }, { v: 2 }, { v: 3 }]);
  const objects = await new Parse.Query(className).lessThan('v', 3).find();
  await Parse.Object.destroyAll(objects, ALL);

  assert.deepEqual(await there(className), [3]);
});

test('destroyAll in a transaction removes nothing if one object is missing', async () => {
  const className = await rows([{ v: 1 }, { v: 2 }]);
  const objects = await new Parse.Query(className).find();
  const missing = Parse.Object.extend(className).createWithoutData('missing123');

  await assert.rejects(Parse.Object.destroyAll([...objects, missing], ALL));
  assert.deepEqual(await there(className), [1, 2]);
});

test('a transaction spans several classes', async () => {
  const [one, two] = [await rows([{ v: 1 }]), await rows([{ v: 1 }])];
  const { pathname } = new URL(Parse.serverURL);
  const entry = (className, v) => ({ method: 'POST', path: `${pathname}/classes/${className}`, body: { v } });

  await assert.rejects(request('POST', 'batch', { requests: [entry(one, 2), entry(two, 'text')], transaction: true }));
  assert.deepEqual([await there(one), await there(two)], [[1], [1]]);
});

test('the same entries without a transaction save what they can', async () => {
  const className = await rows([{ v: 1 }], unique('Row'));
  const objects = [new Parse.Object(className, { v: 2 }), new Parse.Object(className, { v: 'text' })];

  await assert.rejects(Parse.Object.saveAll(objects));
  assert.deepEqual(await there(className), [1, 2]);
});
