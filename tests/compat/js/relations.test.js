// Parse.Relation: adding, removing and querying, from both ends.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, ids, sorted, stored, reread, person, as, refuses } = require('./support');

// An object whose relation `items` holds one object for each number.
async function owner(numbers, className = unique('Owner'), itemClass = unique('Item')) {
  const items = await Parse.Object.saveAll(numbers.map(n => new Parse.Object(itemClass, { n })));
  const object = new Parse.Object(className);
  object.relation('items').add(items);
  await object.save();
  return { object, items };
}

const held = async object => sorted(await object.relation('items').query().find(), 'n');

test('a relation holds what was added on create', async () => {
  const { object } = await owner([1, 2]);

  assert.deepEqual(await held(object), [1, 2]);
});

test('a relation grows and shrinks', async () => {
  const { object, items } = await owner([1, 2]);
  const more = await stored({ n: 3 }, items[0].className);
  object.relation('items').add(more);
  await object.save();
  object.relation('items').remove(items[0]);
  await object.save();

  assert.deepEqual(await held(object), [2, 3]);
});

test('adding and removing travel in one save', async () => {
  const { object, items } = await owner([1, 2]);
  const more = await stored({ n: 3 }, items[0].className);
  object.relation('items').add(more);
  object.relation('items').remove(items[1]);
  await object.save({ name: 'changed' });

  assert.deepEqual(await held(object), [1, 3]);
  assert.equal((await reread(object)).get('name'), 'changed');
});

test('an object is held once however often it is added', async () => {
  const { object, items } = await owner([1]);
  object.relation('items').add(items[0]);
  await object.save();

  assert.deepEqual(await held(object), [1]);
});

test('removing what is not held changes nothing', async () => {
  const { object, items } = await owner([1]);
  object.relation('items').remove(await stored({ n: 9 }, items[0].className));
  await object.save();

  assert.deepEqual(await held(object), [1]);
});

test('a relation query takes constraints, order and limit', async () => {
  const { object } = await owner([1, 2, 3, 4]);
  const found = await object.relation('items').query().greaterThan('n', 1).descending('n').limit(2).find();

  assert.deepEqual(
    found.map(each => each.get('n')),
    [4, 3],
  );
});

test('a relation query counts', async () => {
  const { object } = await owner([1, 2, 3]);

  assert.equal(await object.relation('items').query().lessThan('n', 3).count(), 2);
});

test('a relation is read as a relation of the target class', async () => {
  const { object, items } = await owner([1]);
  const relation = (await reread(object)).relation('items');

  assert.ok(relation instanceof Parse.Relation);
  assert.equal(relation.targetClassName, items[0].className);
});

test('an object without anything in the relation yields nothing', async () => {
  const { object } = await owner([1]);
  const empty = await stored({}, object.className);

  assert.deepEqual(await held(empty), []);
});

test('owners are found by an object they hold', async () => {
  const { object, items } = await owner([1, 2]);
  await owner([5], object.className, items[0].className);
  const query = new Parse.Query(object.className).equalTo('items', items[1]);

  assert.deepEqual(ids(await query.find()), [object.id]);
});

test('owners are found by any of several objects', async () => {
  const one = await owner([1]);
  const two = await owner([2], one.object.className, one.items[0].className);
  await owner([3], one.object.className, one.items[0].className);
  const query = new Parse.Query(one.object.className).containedIn('items', [one.items[0], two.items[0]]);

  assert.deepEqual(ids(await query.find()), [one.object.id, two.object.id].sort());
});

test('relation queries combine with or', async () => {
  const one = await owner([1]);
  const two = await owner([2], one.object.className, one.items[0].className);
  const holding = item => new Parse.Query(one.object.className).equalTo('items', item);

  const found = await Parse.Query.or(holding(one.items[0]), holding(two.items[0])).find();

  assert.deepEqual(ids(found), [one.object.id, two.object.id].sort());
});

test('an object of another class than the relation holds is refused', async () => {
  const { object } = await owner([1]);
  const stranger = await stored();
  const change = Parse.Object.extend(object.className).createWithoutData(object.id);
  change.relation('items').add(stranger);

  await refuses(Parse.Error.INCORRECT_TYPE, change.save());
});

test('objects that were destroyed are no longer yielded', async () => {
  const { object, items } = await owner([1, 2]);
  await items[0].destroy();

  assert.deepEqual(await held(object), [2]);
});

test('a relation yields only what its reader may read', async () => {
  const { object, items } = await owner([1, 2]);
  const user = await person();
  items[0].setACL(new Parse.ACL(user));
  await items[0].save(null, MASTER);
  const query = () => object.relation('items').query();

  assert.deepEqual(sorted(await query().find(), 'n'), [2]);
  assert.deepEqual(sorted(await query().find(as(user)), 'n'), [1, 2]);
});

test('who may not read the owner is told of nothing it holds', async () => {
  const { object } = await owner([1, 2]);
  object.setACL(new Parse.ACL(await person()));
  await object.save(null, MASTER);

  assert.deepEqual(await held(object), []);
});

test('a user may be related to objects', async () => {
  const user = await person();
  const liked = await stored({ n: 1 }, 'JsLiked');
  user.relation('jsLikes').add(liked);
  await user.save(null, as(user));

  assert.deepEqual(ids(await user.relation('jsLikes').query().find(as(user))), [liked.id]);
});
