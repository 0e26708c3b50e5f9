// Parse.Query: what each constraint finds, by type of column.
'use strict';

const { test } = require('node:test');
const { assert, Parse, unique, ids, sorted, stored, rows, column, refuses, request } = require('./support');

const JULY = new Date('2024-07-01T00:00:00.000Z');
const AUGUST = new Date('2024-08-01T00:00:00.000Z');
const SEPTEMBER = new Date('2024-09-01T00:00:00.000Z');

// [what must hold, values of column `v`, how the query is narrowed, values found in ascending order]
const cases = [
  ['equalTo finds an equal number', [1, 2, 3], q => q.equalTo('v', 2), [2]],
  ['equalTo finds an equal string only', ['a', 'A', 'ab'], q => q.equalTo('v', 'a'), ['a']],
  ['equalTo finds booleans', [true, false], q => q.equalTo('v', false), [false]],
  ['equalTo finds an equal date', [JULY, AUGUST], q => q.equalTo('v', AUGUST), [AUGUST]],
  ['equalTo finds zero and not a missing value', [0, 1, undefined], q => q.equalTo('v', 0), [0]],
  ['equalTo finds the empty string', ['', 'a'], q => q.equalTo('v', ''), ['']],
  ['notEqualTo leaves out equal values', [1, 2, 3], q => q.notEqualTo('v', 2), [1, 3]],
  ['notEqualTo null finds what is set', [1, undefined, 2], q => q.notEqualTo('v', null), [1, 2]],
  ['lessThan compares numbers', [1, 2, 10], q => q.lessThan('v', 10), [1, 2]],
  ['lessThanOrEqualTo includes the bound', [1, 2, 10], q => q.lessThanOrEqualTo('v', 2), [1, 2]],
  ['greaterThan compares numbers', [-5, 2, 10], q => q.greaterThan('v', -5), [10, 2]],
  ['greaterThanOrEqualTo includes the bound', [1, 2, 3], q => q.greaterThanOrEqualTo('v', 2), [2, 3]],
  ['greaterThan compares strings', ['apple', 'pear', 'zebra'], q => q.greaterThan('v', 'banana'), ['pear', 'zebra']],
  ['lessThan compares dates', [JULY, AUGUST, SEPTEMBER], q => q.lessThan('v', SEPTEMBER), [JULY, AUGUST]],
  ['bounds on both sides narrow together', [1, 2, 3, 4], q => q.greaterThan('v', 1).lessThan('v', 4), [2, 3]],
  ['comparisons leave out missing values', [1, undefined], q => q.lessThan('v', 5), [1]],
  ['containedIn finds any of the values', [1, 2, 3], q => q.containedIn('v', [1, 3, 9]), [1, 3]],
  ['containedIn an empty list finds nothing', [1, 2], q => q.containedIn('v', []), []],
  ['containedIn finds dates', [JULY, AUGUST], q => q.containedIn('v', [JULY]), [JULY]],
  ['notContainedIn leaves out the values', ['a', 'b', 'c'], q => q.notContainedIn('v', ['a', 'c']), ['b']],
  ['notContainedIn an empty list finds everything', [1, 2], q => q.notContainedIn('v', []), [1, 2]],
  ['exists finds what is set', [1, undefined], q => q.exists('v'), [1]],
  ['startsWith matches from the start', ['abc', 'bca', 'ab'], q => q.startsWith('v', 'ab'), ['ab', 'abc']],
  ['startsWith takes its text literally', ['a.c+d', 'abccd'], q => q.startsWith('v', 'a.c+'), ['a.c+d']],
  ['startsWith takes quoting marks literally', ['a\\Eb', 'ab'], q => q.startsWith('v', 'a\\E'), ['a\\Eb']],
  ['startsWith can ignore case', ['Abc', 'abd', 'xab'], q => q.startsWith('v', 'AB', 'i'), ['Abc', 'abd']],
  ['endsWith matches at the end', ['abc', 'bca', 'c'], q => q.endsWith('v', 'c'), ['abc', 'c']],
  ['contains matches anywhere', ['abc', 'bcd', 'xyz'], q => q.contains('v', 'bc'), ['abc', 'bcd']],
  ['contains takes its text literally', ['1+1=2', '11=2'], q => q.contains('v', '1+1'), ['1+1=2']],
  ['matches takes a regular expression', ['ant', 'bee', 'cat'], q => q.matches('v', /^.[ae]/), ['bee', 'cat']],
  ['matches takes a pattern as text', ['ant', 'bee'], q => q.matches('v', 'e+$'), ['bee']],
  ['matches ignores case on request', ['ANT', 'bee'], q => q.matches('v', /^ant$/i), ['ANT']],
  ['matches takes modifiers as text', ['One\nTwo', 'two'], q => q.matches('v', '^two', 'im'), ['One\nTwo', 'two']],
];

for (const [sentence, list, narrow, expected] of cases) {
  test(sentence, async () => {
    const query = new Parse.Query(await column(list));

    assert.deepEqual(sorted(await narrow(query).find(), 'v'), expected);
  });
}

// The same for columns that hold arrays; found objects are told by their name.
const arrays = [{ name: 'a', v: [1, 2, 3] }, { name: 'b', v: [3, 4] }, { name: 'c', v: [] }, { name: 'd' }];
const arrayCases = [
  ['equalTo a scalar finds arrays that contain it', q => q.equalTo('v', 3), ['a', 'b']],
  ['notEqualTo a scalar finds arrays without it', q => q.notEqualTo('v', 4), ['a', 'c', 'd']],
  ['containedIn finds arrays with any of the values', q => q.containedIn('v', [1, 4]), ['a', 'b']],
  ['notContainedIn finds arrays with none of the values', q => q.notContainedIn('v', [1, 9]), ['b', 'c', 'd']],
  ['containsAll finds arrays with all of the values', q => q.containsAll('v', [2, 3]), ['a']],
  ['containedBy leaves out arrays that hold anything else', q => q.containedBy('v', [3, 4, 5]), ['b', 'c', 'd']],
  ['exists finds empty arrays too', q => q.exists('v'), ['a', 'b', 'c']],
  ['doesNotExist finds objects without the array', q => q.doesNotExist('v'), ['d']],
];

for (const [sentence, narrow, expected] of arrayCases) {
  test(sentence, async () => {
    const query = new Parse.Query(await rows(arrays));

    assert.deepEqual(sorted(await narrow(query).find(), 'name'), expected);
  });
}

test('doesNotExist finds what is not set', async () => {
  const className = await rows([{ name: 'set', v: 1 }, { name: 'unset' }]);

  assert.deepEqual(sorted(await new Parse.Query(className).doesNotExist('v').find(), 'name'), ['unset']);
});

test('equalTo null finds null and missing values', async () => {
  const className = await rows([{ name: 'set', v: 1 }, { name: 'null', v: null }, { name: 'unset' }]);

  assert.deepEqual(sorted(await new Parse.Query(className).equalTo('v', null).find(), 'name'), ['null', 'unset']);
});

test('notEqualTo a value finds objects without the field', async () => {
  const className = await rows([{ name: 'one', v: 1 }, { name: 'unset' }]);

  assert.deepEqual(sorted(await new Parse.Query(className).notEqualTo('v', 1).find(), 'name'), ['unset']);
});

test('notContainedIn finds objects without the field', async () => {
  const className = await rows([{ name: 'one', v: 1 }, { name: 'unset' }]);

  assert.deepEqual(sorted(await new Parse.Query(className).notContainedIn('v', [1]).find(), 'name'), ['unset']);
});

test('containsAllStartingWith finds arrays with a word for each prefix', async () => {
  const className = await rows([
    { name: 'a', v: ['street', 'house', 'garden'] },
    { name: 'b', v: ['street', 'home'] },
    { name: 'c', v: ['the street', 'house'] },
  ]);
  const query = new Parse.Query(className).containsAllStartingWith('v', ['str', 'hou']);

  assert.deepEqual(sorted(await query.find(), 'name'), ['a']);
});

test('containsAll finds pointers', async () => {
  const target = unique('Target');
  const [one, two] = [await stored({}, target), await stored({}, target)];
  const className = await rows([
    { name: 'both', v: [one, two] },
    { name: 'one', v: [one] },
  ]);

  assert.deepEqual(sorted(await new Parse.Query(className).containsAll('v', [one, two]).find(), 'name'), ['both']);
});

test('equalTo finds pointers by what they point to', async () => {
  const target = unique('Target');
  const [one, two] = [await stored({}, target), await stored({}, target)];
  const className = await rows([
    { name: 'one', v: one },
    { name: 'two', v: two },
  ]);

  assert.deepEqual(sorted(await new Parse.Query(className).equalTo('v', one).find(), 'name'), ['one']);
});

test('notEqualTo, containedIn and notContainedIn take pointers', async () => {
  const target = unique('Target');
  const [one, two] = [await stored({}, target), await stored({}, target)];
  const className = await rows([
    { name: 'one', v: one },
    { name: 'two', v: two },
  ]);
  const names = async narrow => sorted(await narrow(new Parse.Query(className)).find(), 'name');

  assert.deepEqual(await names(q => q.notEqualTo('v', one)), ['two']);
  assert.deepEqual(await names(q => q.containedIn('v', [one])), ['one']);
  assert.deepEqual(await names(q => q.notContainedIn('v', [one])), ['two']);
});

test('an array of pointers is found by one of them', async () => {
  const target = unique('Target');
  const [one, two] = [await stored({}, target), await stored({}, target)];
  const className = await rows([
    { name: 'both', v: [one, two] },
    { name: 'two', v: [two] },
  ]);

  assert.deepEqual(sorted(await new Parse.Query(className).equalTo('v', one).find(), 'name'), ['both']);
});

test('keys inside objects are compared', async () => {
  const className = await rows([
    { name: 'a', v: { x: { y: 1 } } },
    { name: 'b', v: { x: { y: 2 } } },
    { name: 'c', v: {} },
  ]);
  const names = async narrow => sorted(await narrow(new Parse.Query(className)).find(), 'name');

  assert.deepEqual(await names(q => q.equalTo('v.x.y', 1)), ['a']);
  assert.deepEqual(await names(q => q.greaterThan('v.x.y', 1)), ['b']);
  assert.deepEqual(await names(q => q.containedIn('v.x.y', [1, 2])), ['a', 'b']);
  assert.deepEqual(await names(q => q.doesNotExist('v.x')), ['c']);
});

test('keys of objects inside arrays are compared', async () => {
  const className = await rows([
    { name: 'a', v: [{ k: 1 }, { k: 2 }] },
    { name: 'b', v: [{ k: 3 }] },
  ]);

  assert.deepEqual(sorted(await new Parse.Query(className).equalTo('v.k', 2).find(), 'name'), ['a']);
});

test('an object is no value to compare with', async () => {
  const className = await rows([{ v: { x: 1, y: [2] } }]);

  await refuses(Parse.Error.INVALID_JSON, new Parse.Query(className).equalTo('v', { x: 1, y: [2] }).find());
});

test('createdAt and objectId are constrained like other fields', async () => {
  const className = await column([1, 2, 3]);
  const [first, , last] = await new Parse.Query(className).ascending('v').find();
  const query = new Parse.Query(className)
    .lessThanOrEqualTo('createdAt', last.createdAt)
    .notEqualTo('objectId', first.id);

  assert.deepEqual(sorted(await query.find(), 'v'), [2, 3]);
});

test('several constraints on one field all hold', async () => {
  const className = await column([1, 2, 3, 4, 5]);
  const query = new Parse.Query(className).greaterThan('v', 1).lessThan('v', 5).notEqualTo('v', 3).exists('v');

  assert.deepEqual(sorted(await query.find(), 'v'), [2, 4]);
});

test('a constraint on a field that no object has finds nothing', async () => {
  const className = await column([1]);

  assert.deepEqual(await new Parse.Query(className).equalTo('nowhere', 1).find(), []);
});

test('a query on a class that does not exist finds nothing', async () => {
  assert.deepEqual(await new Parse.Query(unique('Nothing')).find(), []);
});

test('relative times are compared with now', async () => {
  const hour = 3600_000;
  const className = await rows([
    { name: 'past', v: new Date(Date.now() - hour) },
    { name: 'future', v: new Date(Date.now() + hour) },
    { name: 'far', v: new Date(Date.now() + 72 * hour) },
  ]);
  const names = async (operator, text) =>
    sorted(await new Parse.Query(className)._addCondition('v', operator, { $relativeTime: text }).find(), 'name');

  assert.deepEqual(await names('$lt', 'now'), ['past']);
  assert.deepEqual(await names('$gt', 'in 1 day 2 hours'), ['far']);
  assert.deepEqual(await names('$gte', '30 minutes ago'), ['far', 'future']);
  assert.deepEqual(await names('$lte', 'in 2 weeks'), ['far', 'future', 'past']);
});

test('a relative time that cannot be read is refused', async () => {
  const className = await column([JULY]);
  const query = new Parse.Query(className)._addCondition('v', '$lt', { $relativeTime: 'in a fortnight' });

  await refuses(Parse.Error.INVALID_JSON, query.find());
});

test('an unknown operator is refused', async () => {
  const className = await column([1]);

  await refuses(
    Parse.Error.INVALID_JSON,
    new Parse.Query(className)._addCondition('v', '$odd', 1).find(),
    'bad constraint: $odd',
  );
});

test('an unknown query parameter is refused', async () => {
  const find = request('GET', `classes/${await column([1])}`, { nonsense: 1 });

  await refuses(Parse.Error.INVALID_QUERY, find, 'Invalid parameter for query: nonsense');
});

test('a query on ACL is refused', async () => {
  await refuses(
    Parse.Error.INVALID_QUERY,
    new Parse.Query(await column([1])).equalTo('ACL', {}).find(),
    'Cannot query on ACL.',
  );
});

test('an odd key name is refused', async () => {
  const find = new Parse.Query(await column([1])).equalTo('odd-key', 1).find();

  await refuses(Parse.Error.INVALID_KEY_NAME, find, 'Invalid key name: odd-key');
});

test('a list operator with something else is refused', async () => {
  await refuses(Parse.Error.INVALID_JSON, new Parse.Query(await column([1]))._addCondition('v', '$in', 1).find());
});

test('found objects are instances of the class asked for', async () => {
  const className = await column([1, 2]);
  const found = await new Parse.Query(className).find();

  assert.deepEqual(
    found.map(each => each.className),
    [className, className],
  );
  assert.equal(new Set(ids(found)).size, 2);
});
