// Parse.Query: queries made of queries: or, and, nor, and constraints by what another query finds.
'use strict';

const { test } = require('node:test');
const { assert, Parse, unique, values, sorted, stored, rows, column, refuses, request } = require('./support');

const where = (className, narrow) => narrow(new Parse.Query(className));

test('or finds what any of its queries finds', async () => {
  const className = await column([1, 2, 3, 4]);
  const query = Parse.Query.or(
    where(className, q => q.lessThan('v', 2)),
    where(className, q => q.greaterThan('v', 3)),
  );

  assert.deepEqual(sorted(await query.find(), 'v'), [1, 4]);
});

test('a constraint on an or narrows the whole', async () => {
  const className = await rows([
    { v: 1, on: true },
    { v: 2, on: true },
    { v: 2, on: false },
  ]);
  const query = Parse.Query.or(
    where(className, q => q.equalTo('v', 1)),
    where(className, q => q.equalTo('v', 2)),
  );

  assert.deepEqual(values(await query.equalTo('on', false).find(), 'v'), [2]);
});

test('and finds what all of its queries find', async () => {
  const className = await rows([{ v: [1, 2] }, { v: [1, 3] }, { v: [2, 3] }]);
  const query = Parse.Query.and(
    where(className, q => q.equalTo('v', 1)),
    where(className, q => q.equalTo('v', 2)),
  );

  assert.deepEqual(values(await query.find(), 'v'), [[1, 2]]);
});

test('nor finds what none of its queries finds', async () => {
  const className = await column([1, 2, 3]);
  const query = Parse.Query.nor(
    where(className, q => q.equalTo('v', 1)),
    where(className, q => q.equalTo('v', 3)),
  );

  assert.deepEqual(values(await query.find(), 'v'), [2]);
});

test('or, and, nor may be nested', async () => {
  const className = await rows([
    { a: 1, b: 1 },
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    { a: 2, b: 2 },
  ]);
  const one = Parse.Query.and(
    where(className, q => q.equalTo('a', 1)),
    where(className, q => q.equalTo('b', 1)),
  );
  const other = Parse.Query.nor(
    where(className, q => q.equalTo('a', 1)),
    where(className, q => q.equalTo('b', 1)),
  );
  const found = await Parse.Query.or(one, other).find();

  assert.deepEqual(found.map(each => [each.get('a'), each.get('b')]).sort(), [
    [1, 1],
    [2, 2],
  ]);
});

test('$or that is no list is refused', async () => {
  const find = request('GET', `classes/${await column([1])}`, { where: { $or: { v: 1 } } });

  await refuses(Parse.Error.INVALID_QUERY, find);
});

test('matchesQuery finds objects that point to what the other query finds', async () => {
  const target = unique('Target');
  const [one, two] = [await stored({ n: 1 }, target), await stored({ n: 2 }, target)];
  const className = await rows([{ name: 'one', p: one }, { name: 'two', p: two }, { name: 'none' }]);
  const inner = where(target, q => q.greaterThan('n', 1));

  assert.deepEqual(values(await where(className, q => q.matchesQuery('p', inner)).find(), 'name'), ['two']);
  assert.deepEqual(sorted(await where(className, q => q.doesNotMatchQuery('p', inner)).find(), 'name'), [
    'none',
    'one',
  ]);
});

test('matchesQuery may be nested', async () => {
  const [low, mid, top] = [unique('Low'), unique('Mid'), unique('Top')];
  const mids = [];
  for (const n of [1, 2]) mids.push(await stored({ low: await stored({ n }, low) }, mid));
  await rows(
    [
      { name: 'one', mid: mids[0] },
      { name: 'two', mid: mids[1] },
    ],
    top,
  );
  const inner = where(mid, q =>
    q.matchesQuery(
      'low',
      where(low, l => l.equalTo('n', 2)),
    ),
  );

  assert.deepEqual(values(await where(top, q => q.matchesQuery('mid', inner)).find(), 'name'), ['two']);
});

test('matchesKeyInQuery finds objects whose value another query yields', async () => {
  const towns = await rows([
    { town: 'Bern', big: false },
    { town: 'Rome', big: true },
    { town: 'Oslo', big: true },
  ]);
  const people = await rows([
    { name: 'a', home: 'Bern' },
    { name: 'b', home: 'Rome' },
    { name: 'c', home: 'Mars' },
  ]);
  const big = where(towns, q => q.equalTo('big', true));
  const names = async narrow => sorted(await where(people, narrow).find(), 'name');

  assert.deepEqual(await names(q => q.matchesKeyInQuery('home', 'town', big)), ['b']);
  assert.deepEqual(await names(q => q.doesNotMatchKeyInQuery('home', 'town', big)), ['a', 'c']);
});
