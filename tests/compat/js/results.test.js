// Parse.Query: what comes back: order, paging, counts, chosen fields, includes, iteration.
'use strict';

const { test } = require('node:test');
const {
  assert,
  Parse,
  MASTER,
  unique,
  ids,
  values,
  sorted,
  stored,
  rows,
  column,
  refuses,
  request,
} = require('./support');

const where = (className, narrow) => narrow(new Parse.Query(className));

test('ascending and descending order numbers', async () => {
  const className = await column([2, 10, 1]);

  assert.deepEqual(values(await where(className, q => q.ascending('v')).find(), 'v'), [1, 2, 10]);
  assert.deepEqual(values(await where(className, q => q.descending('v')).find(), 'v'), [10, 2, 1]);
});

test('strings are ordered by their characters, capitals first', async () => {
  const className = await column(['b', 'a', 'B', 'é', '1']);

  assert.deepEqual(values(await where(className, q => q.ascending('v')).find(), 'v'), ['1', 'B', 'a', 'b', 'é']);
});

test('a second key orders equal first keys', async () => {
  const className = await rows([
    { a: 1, b: 1 },
    { a: 2, b: 1 },
    { a: 1, b: 2 },
  ]);
  const found = await where(className, q => q.ascending('a').addDescending('b')).find();

  assert.deepEqual(
    found.map(each => [each.get('a'), each.get('b')]),
    [
      [1, 2],
      [1, 1],
      [2, 1],
    ],
  );
});

test('objects are ordered by dates, also by createdAt', async () => {
  const className = await column([new Date(3000), new Date(1000), new Date(2000)]);
  const found = await where(className, q => q.ascending('v')).find();

  assert.deepEqual(values(found, 'v').map(Number), [1000, 2000, 3000]);
  assert.deepEqual(
    values(await where(className, q => q.descending('createdAt')).find(), 'v').map(Number),
    [2000, 1000, 3000],
  );
});

test('objects without the field come first in ascending order', async () => {
  const className = await column([2, undefined, 1]);

  assert.deepEqual(values(await where(className, q => q.ascending('v')).find(), 'v'), [undefined, 1, 2]);
  assert.deepEqual(values(await where(className, q => q.descending('v')).find(), 'v'), [2, 1, undefined]);
});

test('objects are ordered by a key inside an object', async () => {
  const className = await rows([{ v: { n: 2 } }, { v: { n: 1 } }]);

  assert.deepEqual(
    values(await where(className, q => q.ascending('v.n')).find(), 'v').map(v => v.n),
    [1, 2],
  );
});

test('limit and skip page through an order', async () => {
  const className = await column([1, 2, 3, 4, 5]);
  const page = await where(className, q => q.ascending('v').skip(1).limit(2)).find();

  assert.deepEqual(values(page, 'v'), [2, 3]);
});

test('limit zero gives no objects', async () => {
  assert.deepEqual(await where(await column([1, 2]), q => q.limit(0)).find(), []);
});

test('skipping past the end gives no objects', async () => {
  assert.deepEqual(await where(await column([1, 2]), q => q.skip(5)).find(), []);
});

test('a find gives a hundred objects unless told otherwise', async () => {
  const className = unique('Many');
  await Parse.Object.saveAll(
    Array.from({ length: 105 }, (_, v) => new Parse.Object(className, { v })),
    { batchSize: 50 },
  );

  assert.equal((await new Parse.Query(className).find()).length, 100);
  assert.equal((await new Parse.Query(className).limit(1000).find()).length, 105);
});

test('first gives the first in order, or undefined', async () => {
  const className = await column([2, 1, 3]);

  assert.equal((await where(className, q => q.ascending('v')).first()).get('v'), 1);
  assert.equal(await where(className, q => q.equalTo('v', 9)).first(), undefined);
});

test('count counts what matches', async () => {
  const className = await column([1, 2, 3]);

  assert.equal(await where(className, q => q.greaterThan('v', 1)).count(), 2);
  assert.equal(await where(className, q => q.greaterThan('v', 9)).count(), 0);
});

test('count ignores limit and skip', async () => {
  const className = await column([1, 2, 3]);

  assert.equal(await where(className, q => q.limit(1)).count(), 3);
});

test('withCount gives a page and the count of all', async () => {
  const className = await column([1, 2, 3]);
  const { results, count } = await where(className, q => q.ascending('v').limit(2).withCount()).find();

  assert.deepEqual(values(results, 'v'), [1, 2]);
  assert.equal(count, 3);
});

test('select brings the chosen fields only', async () => {
  const className = await rows([{ a: 1, b: 2, c: 3 }]);
  const found = await where(className, q => q.select('a', 'c')).first();

  assert.deepEqual(Object.keys(found.attributes).sort(), ['a', 'c', 'createdAt', 'updatedAt']);
});

test('fields left out by select are fetched on demand', async () => {
  const className = await rows([{ a: 1, b: 2 }]);
  const found = await where(className, q => q.select('a')).first();
  await found.fetch();

  assert.equal(found.get('b'), 2);
});

test('exclude leaves out the named fields', async () => {
  const className = await rows([{ a: 1, b: 2, c: 3 }]);
  const found = await where(className, q => q.exclude('b')).first();

  assert.deepEqual(Object.keys(found.attributes).sort(), ['a', 'c', 'createdAt', 'updatedAt']);
});

test('select of a key inside a pointer includes it, cut down', async () => {
  const child = await stored({ a: 1, b: 2 });
  const className = await rows([{ child, other: 1 }]);
  const found = await where(className, q => q.select('child.a')).first();

  assert.equal(found.get('child').get('a'), 1);
  assert.equal(found.get('child').has('b'), false);
  assert.equal(found.has('other'), false);
});

test('select works with get', async () => {
  const object = await stored({ a: 1, b: 2 });
  const found = await where(object.className, q => q.select('b')).get(object.id);

  assert.deepEqual([found.get('a'), found.get('b')], [undefined, 2]);
});

test('include brings the pointed-to object', async () => {
  const className = await rows([{ child: await stored({ name: 'child' }) }]);
  const found = await where(className, q => q.include('child')).first();

  assert.equal(found.get('child').get('name'), 'child');
  assert.ok(found.get('child').createdAt instanceof Date);
});

test('include follows a path of pointers', async () => {
  const deep = await stored({ next: await stored({ next: await stored({ name: 'end' }) }) });
  const className = await rows([{ next: deep }]);
  const found = await where(className, q => q.include('next.next.next')).first();

  assert.equal(found.get('next').get('next').get('next').get('name'), 'end');
});

test('include brings objects in arrays, in their order', async () => {
  const target = unique('Target');
  const list = [];
  for (const n of [3, 1, 2]) list.push(await stored({ n }, target));
  const className = await rows([{ list }]);
  const found = await where(className, q => q.include('list')).first();

  assert.deepEqual(values(found.get('list'), 'n'), [3, 1, 2]);
});

test('include leaves out a pointer whose object is gone', async () => {
  const child = await stored();
  const className = await rows([{ child, list: [child, await stored()] }]);
  await child.destroy();
  const found = await where(className, q => q.include('child', 'list')).first();

  assert.equal(found.has('child'), false);
  assert.equal(found.get('list').length, 1);
});

test('include of a field that is no pointer changes nothing', async () => {
  const className = await rows([{ a: 1 }]);

  assert.equal((await where(className, q => q.include('a', 'nowhere')).first()).get('a'), 1);
});

test('includeAll brings every pointer', async () => {
  const className = await rows([{ one: await stored({ n: 1 }), two: await stored({ n: 2 }) }]);
  const found = await where(className, q => q.includeAll()).first();

  assert.deepEqual([found.get('one').get('n'), found.get('two').get('n')], [1, 2]);
});

test('each visits every object once', async () => {
  const className = await column([1, 2, 3, 4, 5]);
  const seen = [];
  await new Parse.Query(className).each(object => void seen.push(object.get('v')), { batchSize: 2 });

  assert.deepEqual(seen.sort(), [1, 2, 3, 4, 5]);
});

test('eachBatch visits the objects in pages', async () => {
  const className = await column([1, 2, 3, 4, 5]);
  const sizes = [];
  await new Parse.Query(className).eachBatch(page => void sizes.push(page.length), { batchSize: 2 });

  assert.deepEqual(sizes, [2, 2, 1]);
});

test('findAll goes beyond one page', async () => {
  const className = await column([1, 2, 3, 4, 5]);
  const found = await where(className, q => q.greaterThan('v', 1)).findAll({ batchSize: 2 });

  assert.deepEqual(sorted(found, 'v'), [2, 3, 4, 5]);
});

test('map, filter and reduce run over what matches', async () => {
  const className = await column([1, 2, 3]);
  const query = () => new Parse.Query(className);

  assert.deepEqual((await query().map(object => object.get('v') * 2)).sort(), [2, 4, 6]);
  assert.deepEqual(sorted(await query().filter(object => object.get('v') > 1), 'v'), [2, 3]);
  assert.equal(await query().reduce((sum, object) => sum + object.get('v'), 0), 6);
});

test('distinct gives each value once, to the master', async () => {
  const className = await column(['a', 'b', 'a', undefined]);

  assert.deepEqual((await new Parse.Query(className).distinct('v')).sort(), ['a', 'b']);
});

test('distinct keeps to the constraints of the query', async () => {
  const className = await rows([
    { v: 'a', n: 1 },
    { v: 'b', n: 2 },
    { v: 'c', n: 2 },
  ]);

  assert.deepEqual((await where(className, q => q.equalTo('n', 2)).distinct('v')).sort(), ['b', 'c']);
});

test('distinct takes arrays apart', async () => {
  const className = await column([
    [1, 2],
    [2, 3],
  ]);

  assert.deepEqual((await new Parse.Query(className).distinct('v')).sort(), [1, 2, 3]);
});

test('find answers plain JSON on request', async () => {
  const className = await column([1]);
  const [found] = await new Parse.Query(className).find({ json: true });

  assert.equal(found.v, 1);
  assert.match(found.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a query survives its own JSON', async () => {
  const className = await rows([
    { a: 1, b: 1 },
    { a: 2, b: 2 },
    { a: 3, b: 3 },
  ]);
  const json = where(className, q => q.greaterThan('a', 1).descending('a').select('a').limit(1)).toJSON();
  const [found] = await Parse.Query.fromJSON(className, json).find();

  assert.deepEqual(Object.keys(found.attributes).sort(), ['a', 'createdAt', 'updatedAt']);
  assert.equal(found.get('a'), 3);
});

test('explain is for the master key', async () => {
  const className = await column([1]);

  await refuses(Parse.Error.INVALID_QUERY, new Parse.Query(className).explain().find());
});

test('hint and comment do not change what is found', async () => {
  const className = await column([1, 2]);
  const found = await where(className, q => q.comment('a note').ascending('v')).find(MASTER);

  assert.deepEqual(values(found, 'v'), [1, 2]);
  assert.equal(ids(found).length, 2);
});
