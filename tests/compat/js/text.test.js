// Full-text search. The reference runs this file on PostgreSQL.
'use strict';

const { test } = require('node:test');
const { assert, Parse, values, sorted, rows, refuses } = require('./support');

const COFFEES = [
  { subject: 'coffee', n: 1 },
  { subject: 'Coffee and cake', n: 2 },
  { subject: 'Baking a cake', n: 3 },
  { subject: 'coffee coffee coffee', n: 4 },
  { subject: 'tea', n: 5 },
];

const search = async (term, options) => new Parse.Query(await rows(COFFEES)).fullText('subject', term, options);

test('fullText finds a word in any case', async () => {
  assert.deepEqual(sorted(await (await search('coffee')).find(), 'n'), [1, 2, 4]);
});

test('fullText finds other forms of a word', async () => {
  assert.deepEqual(sorted(await (await search('cakes')).find(), 'n'), [2, 3]);
});

test('fullText finds nothing where the word is missing', async () => {
  assert.deepEqual(await (await search('water')).find(), []);
});

test('fullText combines with other constraints', async () => {
  assert.deepEqual(values(await (await search('coffee')).greaterThan('n', 2).find(), 'n'), [4]);
});

test('fullText orders by score on request', async () => {
  const found = await (await search('coffee')).sortByTextScore().select('n').find();

  assert.deepEqual(sorted(found, 'n'), [1, 2, 4]);
  assert.ok(found.every(object => typeof object.get('score') === 'number'));
});

test('fullText may name the language', async () => {
  assert.deepEqual(sorted(await (await search('cakes', { language: 'english' })).find(), 'n'), [2, 3]);
});

test('fullText may be counted', async () => {
  assert.equal(await (await search('cake')).count(), 2);
});

test('a search term that is no text is refused', async () => {
  const query = new Parse.Query(await rows(COFFEES))._addCondition('subject', '$text', { $search: { $term: 1 } });

  await refuses(Parse.Error.INVALID_JSON, query.find());
});
