// The atomic operations of Parse.Object, on create, on update, and from two clients at once.
'use strict';

const { test } = require('node:test');
const { assert, Parse, unique, stored, reread, refuses, request } = require('./support');

const pointerTo = object => Parse.Object.extend(object.className).createWithoutData(object.id);

test('increment adds to the stored number and tells the result', async () => {
  const object = await stored({ n: 5 });
  const other = await reread(object);
  await object.increment('n').save();
  await other.increment('n', 10).save();

  assert.equal(other.get('n'), 16);
  assert.equal((await reread(object)).get('n'), 16);
});

test('increment on create starts from zero', async () => {
  const object = new Parse.Object(unique('Thing'));
  object.increment('n', 3);
  await object.save();

  assert.equal((await reread(object)).get('n'), 3);
});

test('increment of a missing field starts from zero', async () => {
  const object = await stored({ a: 1 });
  await object.increment('n', 4).save();

  assert.equal((await reread(object)).get('n'), 4);
});

test('increment takes fractions and negative amounts', async () => {
  const object = await stored({ n: 1.5 });
  await object.increment('n', 0.25).save();
  await object.increment('n', -2).save();

  assert.equal((await reread(object)).get('n'), -0.25);
});

test('decrement subtracts', async () => {
  const object = await stored({ n: 10 });
  await object.decrement('n', 3).save();

  assert.equal((await reread(object)).get('n'), 7);
});

test('increment of a string column is refused', async () => {
  const object = await stored({ s: 'text' });

  await refuses(
    Parse.Error.INCORRECT_TYPE,
    request('PUT', `classes/${object.className}/${object.id}`, { s: { __op: 'Increment', amount: 1 } }),
  );
});

test('forty increments at once are all counted', async () => {
  const object = await stored({ n: 0 });
  await Promise.all(Array.from({ length: 40 }, () => pointerTo(object).increment('n').save()));

  assert.equal((await reread(object)).get('n'), 40);
});

test('a nested number is incremented in place', async () => {
  const object = await stored({ o: { n: 1, keep: 'me' } });
  object.increment('o.n', 4);
  await object.save();

  assert.deepEqual((await reread(object)).get('o'), { n: 5, keep: 'me' });
});

test('a nested key is set without touching its neighbours', async () => {
  const object = await stored({ o: { a: 1, b: { c: 2, d: 3 } } });
  object.set('o.b.c', 20);
  await object.save();

  assert.deepEqual((await reread(object)).get('o'), { a: 1, b: { c: 20, d: 3 } });
});

test('a nested key is unset without touching its neighbours', async () => {
  const object = await stored({ o: { a: 1, b: 2 } });
  object.unset('o.a');
  await object.save();

  assert.deepEqual((await reread(object)).get('o'), { b: 2 });
});

test('add appends to the stored array, doubles included', async () => {
  const object = await stored({ list: ['b', 'a'] });
  await object.add('list', 'b').save();

  assert.deepEqual((await reread(object)).get('list'), ['b', 'a', 'b']);
});

test('add from two clients keeps both values', async () => {
  const object = await stored({ list: [] });
  const other = await reread(object);
  await object.add('list', 'mine').save();
  await other.add('list', 'yours').save();

  assert.deepEqual(other.get('list'), ['mine', 'yours']);
});

test('add to a missing field makes the array', async () => {
  const object = await stored({ a: 1 });
  await object.add('list', 1).save();

  assert.deepEqual((await reread(object)).get('list'), [1]);
});

test('addAll appends in order', async () => {
  const object = await stored({ list: [1] });
  await object.addAll('list', [3, 2, 3]).save();

  assert.deepEqual((await reread(object)).get('list'), [1, 3, 2, 3]);
});

test('addUnique leaves values that are there', async () => {
  const object = await stored({ list: [1, 2] });
  await object.addUnique('list', 2).save();
  await object.addUnique('list', 3).save();

  assert.deepEqual((await reread(object)).get('list'), [1, 2, 3]);
});

test('addAllUnique adds only what is new', async () => {
  const object = await stored({ list: ['a'] });
  await object.addAllUnique('list', ['a', 'b', 'c']).save();

  assert.deepEqual((await reread(object)).get('list'), ['a', 'b', 'c']);
});

test('addUnique compares objects by value', async () => {
  const object = await stored({ list: [{ k: 1 }] });
  const other = pointerTo(object);
  await other.addUnique('list', { k: 1 }).save();

  assert.deepEqual((await reread(object)).get('list'), [{ k: 1 }]);
});

test('addUnique compares pointers by what they point to', async () => {
  const target = await stored();
  const object = await stored({ list: [target] });
  await pointerTo(object).addUnique('list', pointerTo(target)).save();

  assert.equal((await reread(object)).get('list').length, 1);
});

test('remove takes out every equal value', async () => {
  const object = await stored({ list: [1, 2, 1, 3] });
  await object.remove('list', 1).save();

  assert.deepEqual((await reread(object)).get('list'), [2, 3]);
});

test('removeAll takes out all the values named', async () => {
  const object = await stored({ list: ['a', 'b', 'c', 'd'] });
  await object.removeAll('list', ['a', 'c', 'z']).save();

  assert.deepEqual((await reread(object)).get('list'), ['b', 'd']);
});

test('remove of a pointer works', async () => {
  const [one, two] = [await stored({}, 'JsTarget'), await stored({}, 'JsTarget')];
  const object = await stored({ list: [one, two] });
  await pointerTo(object).remove('list', pointerTo(one)).save();

  assert.deepEqual(
    (await reread(object)).get('list').map(each => each.id),
    [two.id],
  );
});

test('array operations on a number column are refused', async () => {
  const object = await stored({ n: 1 });

  await refuses(
    Parse.Error.INCORRECT_TYPE,
    request('PUT', `classes/${object.className}/${object.id}`, { n: { __op: 'Add', objects: [1] } }),
  );
});

test('add with something that is no array is refused', async () => {
  const create = request('POST', `classes/${unique('Thing')}`, { list: { __op: 'Add', objects: 'text' } });

  await refuses(Parse.Error.INVALID_JSON, create, 'objects to add must be an array');
});

test('unset removes the field', async () => {
  const object = await stored({ a: 1, b: 2 });
  object.unset('a');
  await object.save();
  const found = await reread(object);

  assert.equal(found.has('a'), false);
  assert.equal(found.get('b'), 2);
});

test('unset on create stores nothing', async () => {
  const object = new Parse.Object(unique('Thing'), { keep: 1 });
  object.set('gone', 1);
  object.unset('gone');
  await object.save();

  assert.deepEqual(Object.keys((await reread(object)).attributes).sort(), ['createdAt', 'keep', 'updatedAt']);
});

test('operations set one after the other before a save are merged', async () => {
  const object = await stored({ n: 1, list: [1] });
  object.increment('n').increment('n', 5);
  object.add('list', 2).add('list', 3);
  await object.save();
  const found = await reread(object);

  assert.equal(found.get('n'), 7);
  assert.deepEqual(found.get('list'), [1, 2, 3]);
});

test('several kinds of operation travel in one save', async () => {
  const object = await stored({ n: 1, list: ['a', 'b'], gone: true, plain: 'old' });
  object.increment('n').remove('list', 'a').unset('gone').set('plain', 'new');
  await object.save();
  const found = await reread(object);

  assert.deepEqual(found.toJSON(), { ...object.toJSON(), n: 2, list: ['b'], plain: 'new' });
  assert.equal(found.has('gone'), false);
});
