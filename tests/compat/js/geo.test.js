// Geo points and polygons in queries. The reference runs this file on PostgreSQL with PostGIS.
'use strict';

const { test } = require('node:test');
const { assert, Parse, values, sorted, rows, reread, stored, refuses } = require('./support');

const point = (latitude, longitude) => new Parse.GeoPoint(latitude, longitude);

const TOWNS = [
  { name: 'Zurich', at: point(47.3769, 8.5417) },
  { name: 'Bern', at: point(46.948, 7.4474) },
  { name: 'Paris', at: point(48.8566, 2.3522) },
  { name: 'Sydney', at: point(-33.8688, 151.2093) },
];
const BASEL = point(47.5596, 7.5886);

const towns = async narrow => narrow(new Parse.Query(await rows(TOWNS)));

const names = async narrow => values(await (await towns(narrow)).find(), 'name');

test('near orders by distance', async () => {
  assert.deepEqual(await names(q => q.near('at', BASEL)), ['Bern', 'Zurich', 'Paris', 'Sydney']);
});

test('near goes round the date line', async () => {
  const className = await rows([
    { name: 'far', at: point(0, 150) },
    { name: 'close', at: point(0, -179.5) },
  ]);
  const found = await new Parse.Query(className).near('at', point(0, 179.5)).find();

  assert.deepEqual(values(found, 'name'), ['close', 'far']);
});

test('near keeps to a limit and other constraints', async () => {
  assert.deepEqual(await names(q => q.near('at', BASEL).notEqualTo('name', 'Bern').limit(1)), ['Zurich']);
});

test('withinKilometers finds what is close enough, nearest first', async () => {
  assert.deepEqual(await names(q => q.withinKilometers('at', BASEL, 100)), ['Bern', 'Zurich']);
});

test('withinMiles finds what is close enough', async () => {
  assert.deepEqual(await names(q => q.withinMiles('at', BASEL, 300)), ['Bern', 'Zurich', 'Paris']);
});

test('withinRadians finds what is close enough', async () => {
  assert.deepEqual(await names(q => q.withinRadians('at', BASEL, 0.011)), ['Bern']);
});

test('withinKilometers without order finds the same', async () => {
  assert.deepEqual((await names(q => q.withinKilometers('at', BASEL, 100, false))).sort(), ['Bern', 'Zurich']);
});

test('an order holds where distance does not sort', async () => {
  assert.deepEqual(await names(q => q.withinKilometers('at', BASEL, 100, false).descending('name')), [
    'Zurich',
    'Bern',
  ]);
});

test('nothing is found in a circle of no size', async () => {
  assert.deepEqual(await names(q => q.withinKilometers('at', BASEL, 0.001)), []);
});

test('a distance may be counted', async () => {
  assert.equal(await (await towns(q => q.withinKilometers('at', BASEL, 100, false))).count(), 2);
});

test('withinGeoBox finds what lies in the box', async () => {
  assert.deepEqual((await names(q => q.withinGeoBox('at', point(46, 2), point(49, 8)))).sort(), ['Bern', 'Paris']);
});

test('withinPolygon takes points', async () => {
  const corners = [point(46, 7), point(46, 9), point(48, 9), point(48, 7)];

  assert.deepEqual((await names(q => q.withinPolygon('at', corners))).sort(), ['Bern', 'Zurich']);
});

// A polygon given here is read longitude first, as bare pairs are, unlike a polygon that is stored.
test('withinPolygon takes a polygon', async () => {
  const polygon = new Parse.Polygon([
    [7, 46],
    [8, 46],
    [8, 48],
    [7, 48],
  ]);

  assert.deepEqual(await names(q => q.withinPolygon('at', polygon)), ['Bern']);
});

test('a polygon needs three corners', async () => {
  await refuses(
    Parse.Error.INVALID_JSON,
    names(q => q.withinPolygon('at', [point(0, 0), point(1, 1)])),
  );
});

test('polygonContains finds the polygons around a point', async () => {
  const className = await rows([
    {
      name: 'small',
      area: new Parse.Polygon([
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ]),
    },
    {
      name: 'large',
      area: new Parse.Polygon([
        [0, 0],
        [0, 10],
        [10, 10],
        [10, 0],
      ]),
    },
    {
      name: 'elsewhere',
      area: new Parse.Polygon([
        [20, 20],
        [20, 30],
        [30, 30],
        [30, 20],
      ]),
    },
  ]);
  const around = async (latitude, longitude) =>
    sorted(await new Parse.Query(className).polygonContains('area', point(latitude, longitude)).find(), 'name');

  assert.deepEqual(await around(0.5, 0.5), ['large', 'small']);
  assert.deepEqual(await around(5, 5), ['large']);
  assert.deepEqual(await around(50, 50), []);
});

test('latitude and longitude of a polygon are not mixed up', async () => {
  const className = await rows([
    {
      name: 'tall',
      area: new Parse.Polygon([
        [0, 0],
        [0, 2],
        [60, 2],
        [60, 0],
      ]),
    },
  ]);
  const query = new Parse.Query(className).polygonContains('area', point(50, 1));

  assert.equal(await query.count(), 1);
  assert.equal(await new Parse.Query(className).polygonContains('area', point(1, 50)).count(), 0);
});

test('objects without a point are not near', async () => {
  const className = await rows([{ name: 'here', at: BASEL }, { name: 'nowhere' }]);

  assert.deepEqual(values(await new Parse.Query(className).near('at', BASEL).find(), 'name'), ['here']);
});

test('a point is found by an equal point', async () => {
  assert.deepEqual(await names(q => q.equalTo('at', point(46.948, 7.4474))), ['Bern']);
});

test('a polygon is found by an equal polygon', async () => {
  const area = new Parse.Polygon([
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ]);
  const className = await rows([
    { name: 'yes', area },
    {
      name: 'no',
      area: new Parse.Polygon([
        [0, 0],
        [0, 2],
        [2, 2],
      ]),
    },
  ]);

  assert.deepEqual(values(await new Parse.Query(className).equalTo('area', area).find(), 'name'), ['yes']);
});

test('a point moves', async () => {
  const object = await stored({ at: point(1, 2) });
  await object.save({ at: point(3, 4) });

  assert.deepEqual((await reread(object)).get('at').toJSON(), { __type: 'GeoPoint', latitude: 3, longitude: 4 });
});
