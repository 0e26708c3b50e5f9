// Parse.Query.aggregate and distinct, which always use the master key.
'use strict';

const { test } = require('node:test');
const { assert, Parse, unique, rows, stored, refuses } = require('./support');

const SALES = [
  { shop: 'north', item: 'tea', price: 10, sold: 2, tags: ['hot', 'new'], at: new Date('2024-01-01T08:00:00Z') },
  { shop: 'south', item: 'tea', price: 12, sold: 1, tags: ['hot'], at: new Date('2024-02-15T09:30:00Z') },
  { shop: 'north', item: 'ice', price: 3.5, sold: 10, tags: [], at: new Date('2024-02-20T12:00:00Z') },
];

const sales = async () => new Parse.Query(await rows(SALES));

test('a group gives sums and averages', async () => {
  const query = await sales();

  const found = await query.aggregate([
    { $group: { _id: '$shop', sold: { $sum: '$sold' }, price: { $avg: '$price' } } },
    { $sort: { _id: 1 } },
  ]);

  assert.deepEqual(found, [
    { objectId: 'north', sold: 12, price: 6.75 },
    { objectId: 'south', sold: 1, price: 12 },
  ]);
});

test('a pipeline may be an object', async () => {
  const query = await sales();

  assert.deepEqual(await query.aggregate({ $match: { shop: 'north' }, $count: 'n' }), [{ n: 2 }]);
});

test('the conditions of the query come first', async () => {
  const query = await sales();
  query.greaterThan('price', 5);

  assert.deepEqual(await query.aggregate([{ $group: { _id: '$item', n: { $sum: 1 } } }]), [{ objectId: 'tea', n: 2 }]);
});

test('dates in conditions are dates', async () => {
  const query = await sales();

  const found = await query.aggregate([{ $match: { at: { $gte: new Date('2024-02-01T00:00:00Z') } } }, { $count: 'n' }]);

  assert.deepEqual(found, [{ n: 2 }]);
});

test('rows are chosen, sorted and cut', async () => {
  const query = await sales();

  const found = await query.aggregate([
    { $sort: { price: -1 } },
    { $limit: 2 },
    { $project: { _id: 0, item: 1, earned: { $multiply: ['$price', '$sold'] } } },
  ]);

  assert.deepEqual(found, [
    { item: 'tea', earned: 12 },
    { item: 'tea', earned: 20 },
  ]);
});

test('arrays are taken apart', async () => {
  const query = await sales();

  const found = await query.aggregate([{ $unwind: '$tags' }, { $group: { _id: '$tags', n: { $sum: 1 } } }, { $sort: { _id: 1 } }]);

  assert.deepEqual(found, [
    { objectId: 'hot', n: 2 },
    { objectId: 'new', n: 1 },
  ]);
});

test('parts of dates are keys of groups', async () => {
  const query = await sales();

  const found = await query.aggregate([{ $group: { _id: { $month: '$at' }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }]);

  assert.deepEqual(found, [
    { objectId: 1, n: 1 },
    { objectId: 2, n: 2 },
  ]);
});

test('a group by pointer is named by its id', async () => {
  const shop = await stored({ name: 'north' });
  const query = new Parse.Query(await rows([{ shop, n: 1 }, { shop, n: 2 }]));

  assert.deepEqual(await query.aggregate([{ $group: { _id: '$shop', n: { $sum: '$n' } } }]), [{ objectId: shop.id, n: 3 }]);
});

test('a pointer is found by its id', async () => {
  const shop = await stored({ name: 'north' });
  const query = new Parse.Query(await rows([{ shop, n: 1 }, { n: 2 }]));

  assert.deepEqual(await query.aggregate([{ $match: { shop: shop.id } }, { $project: { _id: 0, n: 1 } }]), [{ n: 1 }]);
});

test('classes are joined', async () => {
  const shops = await rows([{ name: 'north', city: 'A' }, { name: 'south', city: 'B' }]);
  const query = await sales();

  const found = await query.aggregate([
    { $match: { item: 'ice' } },
    { $lookup: { from: shops, localField: 'shop', foreignField: 'name', as: 'shops' } },
    { $unwind: '$shops' },
    { $project: { _id: 0, city: '$shops.city' } },
  ]);

  assert.deepEqual(found, [{ city: 'A' }]);
});

test('one pass gives several results', async () => {
  const query = await sales();

  const found = await query.aggregate([
    { $facet: { all: [{ $count: 'n' }], dear: [{ $match: { price: { $gt: 11 } } }, { $count: 'n' }] } },
  ]);

  assert.deepEqual(found, [{ all: [{ n: 3 }], dear: [{ n: 1 }] }]);
});

test('a class that nobody made has no rows', async () => {
  assert.deepEqual(await new Parse.Query(unique('Nothing')).aggregate([{ $count: 'n' }]), []);
});

test('an unknown stage is refused', async () => {
  await refuses(102, (await sales()).aggregate([{ $frobnicate: {} }]));
});

test('a stage without dollar is refused', async () => {
  await refuses(102, (await sales()).aggregate([{ group: { objectId: null } }]), "Invalid aggregate stage 'group'.");
});

test('distinct gives each value once', async () => {
  const query = await sales();

  assert.deepEqual((await query.distinct('shop')).sort(), ['north', 'south']);
  assert.deepEqual((await query.distinct('tags')).sort(), ['hot', 'new']);
});

test('distinct heeds the conditions', async () => {
  const query = await sales();
  query.equalTo('item', 'ice');

  assert.deepEqual(await query.distinct('shop'), ['north']);
});

test('distinct pointers name their objects', async () => {
  const shop = await stored({ name: 'north' });
  const query = new Parse.Query(await rows([{ shop }, { shop }]));

  const found = await query.distinct('shop');

  assert.deepEqual(found.map(each => [each.className, each.objectId]), [[shop.className, shop.id]]);
});
