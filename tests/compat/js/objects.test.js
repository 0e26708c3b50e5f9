// Parse.Object: every type of value, create, read, update, delete, and the object's life as the SDK sees it.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, stored, reread, refuses, request } = require('./support');

const roundTrips = {
  'a string': 'plain text',
  'an empty string': '',
  'a string beyond ASCII': 'Grüße, 世界 🎉 end',
  'a string with quotes, dots and dollars': `"it's" $set a.b {"x":1} \\ / --`,
  'an integer': 42,
  'a negative integer': -7,
  zero: 0,
  'a fraction': 1234.5678,
  'a large integer': 9007199254740991,
  'a tiny number': 1e-9,
  true: true,
  false: false,
  'a date': new Date('2024-02-29T12:34:56.789Z'),
  'a date before 1970': new Date('1912-06-23T00:00:00.000Z'),
  'an array of mixed values': [1, 'two', true, null, { four: 4 }, [5, [6]]],
  'an empty array': [],
  'an object': { a: 1, b: { c: [1, 2, { d: 'e' }] }, n: null },
  'an empty object': {},
  'an object that holds dates': {
    at: new Date('2020-01-01T00:00:00.000Z'),
    list: [new Date('2021-01-01T00:00:00.000Z')],
  },
};

for (const [kind, value] of Object.entries(roundTrips)) {
  test(`${kind} is read as it was saved`, async () => {
    const found = await reread(await stored({ v: value }));

    assert.deepEqual(found.get('v'), value);
  });
}

test('null is read as null', async () => {
  const found = await reread(await stored({ v: null, other: 1 }));

  assert.equal(found.get('v'), null);
  assert.equal(found.get('other'), 1);
});

test('bytes are read as they were saved', async () => {
  const base64 = Buffer.from('some bytes \x00\xff', 'latin1').toString('base64');
  const found = await reread(await stored({ v: { __type: 'Bytes', base64 } }));

  assert.deepEqual(found.get('v'), { __type: 'Bytes', base64 });
});

test('a geo point is read as it was saved', async () => {
  const found = await reread(await stored({ v: new Parse.GeoPoint(40.5, -30.25) }));

  assert.ok(found.get('v') instanceof Parse.GeoPoint);
  assert.deepEqual([found.get('v').latitude, found.get('v').longitude], [40.5, -30.25]);
});

test('a polygon is read as it was saved, closed', async () => {
  const open = [
    [0, 0],
    [0, 10],
    [10, 10],
    [10, 0],
  ];
  const found = await reread(await stored({ v: new Parse.Polygon(open) }));

  assert.ok(found.get('v') instanceof Parse.Polygon);
  assert.deepEqual(found.get('v').coordinates, [...open, open[0]]);
});

test('a pointer is read as an object without data', async () => {
  const target = await stored({ name: 'target' });
  const found = await reread(await stored({ v: target }));

  assert.equal(found.get('v').id, target.id);
  assert.equal(found.get('v').className, target.className);
  assert.equal(found.get('v').isDataAvailable(), false);
});

test('pointers inside arrays and objects keep class and id', async () => {
  const target = await stored();
  const found = await reread(await stored({ list: [target], map: { deep: target } }));

  assert.equal(found.get('list')[0].id, target.id);
  assert.equal(found.get('map').deep.id, target.id);
});

test('create answers with an id of ten letters and digits and equal dates', async () => {
  const object = await stored({ a: 1 });

  assert.match(object.id, /^[A-Za-z0-9]{10}$/);
  assert.ok(object.createdAt instanceof Date);
  assert.equal(object.createdAt.getTime(), object.updatedAt.getTime());
  assert.equal(object.isNew(), false);
});

test('a save without fields stores an empty object', async () => {
  const found = await reread(await stored());

  assert.deepEqual(Object.keys(found.attributes).sort(), ['createdAt', 'updatedAt']);
});

test('an update moves updatedAt and leaves createdAt', async () => {
  const object = await stored({ n: 1 });
  const created = object.createdAt.getTime();
  await new Promise(resolve => setTimeout(resolve, 5));
  await object.save({ n: 2 });
  const found = await reread(object);

  assert.equal(found.createdAt.getTime(), created);
  assert.ok(found.updatedAt.getTime() > created);
  assert.equal(found.updatedAt.getTime(), object.updatedAt.getTime());
});

test('an update leaves the other fields alone', async () => {
  const object = await stored({ a: 1, b: 'two' });
  await object.save({ a: 10 });
  const found = await reread(object);

  assert.deepEqual([found.get('a'), found.get('b')], [10, 'two']);
});

test('save sends only what changed', async () => {
  const object = await stored({ a: 1, b: 1 });
  const other = await reread(object);
  await other.save({ b: 2 });
  await object.save({ a: 2 });
  const found = await reread(object);

  assert.deepEqual([found.get('a'), found.get('b')], [2, 2]);
});

test('fetch brings the stored state', async () => {
  const object = await stored({ a: 1 });
  await (await reread(object)).save({ a: 2, b: 3 });
  await object.fetch();

  assert.deepEqual([object.get('a'), object.get('b')], [2, 3]);
});

test('fetch of an object without data fills it', async () => {
  const saved = await stored({ name: 'full' });
  const hollow = Parse.Object.extend(saved.className).createWithoutData(saved.id);
  await hollow.fetch();

  assert.equal(hollow.get('name'), 'full');
  assert.equal(hollow.isDataAvailable(), true);
});

test('fetch of an unsaved object is refused', async () => {
  await refuses(Parse.Error.MISSING_OBJECT_ID, new Parse.Object(unique('Thing')).fetch());
});

test('fetchWithInclude brings the pointed-to object', async () => {
  const child = await stored({ name: 'child' });
  const parent = await stored({ child });
  const hollow = Parse.Object.extend(parent.className).createWithoutData(parent.id);
  await hollow.fetchWithInclude('child');

  assert.equal(hollow.get('child').get('name'), 'child');
});

test('a destroyed object cannot be read', async () => {
  const object = await stored({ a: 1 });
  await object.destroy();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object), 'Object not found.');
});

test('an object cannot be destroyed twice', async () => {
  const object = await stored({ a: 1 });
  await object.destroy();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.destroy(), 'Object not found.');
});

test('a destroyed object cannot be updated', async () => {
  const object = await stored({ a: 1 });
  await object.destroy();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, object.save({ a: 2 }), 'Object not found.');
});

test('exists tells stored objects from destroyed ones', async () => {
  const object = await stored({ a: 1 });
  const before = await object.exists();
  await object.destroy();

  assert.equal(before, true);
  assert.equal(await object.exists(), false);
});

test('existed is false after a create and true after an update', async () => {
  const object = await stored({ a: 1 });
  const afterCreate = object.existed();
  await object.save({ a: 2 });

  assert.equal(afterCreate, false);
  assert.equal(object.existed(), true);
});

test('get by an unknown id is refused', async () => {
  const object = await stored({ a: 1 });

  await refuses(Parse.Error.OBJECT_NOT_FOUND, new Parse.Query(object.className).get('aaaaaaaaaa'), 'Object not found.');
});

test('a subclass registered with the SDK is what queries give', async () => {
  const className = unique('Shape');
  class Shape extends Parse.Object {
    constructor() {
      super(className);
    }
    area() {
      return this.get('w') * this.get('h');
    }
  }
  Parse.Object.registerSubclass(className, Shape);
  await new Shape().save({ w: 3, h: 4 });
  const found = await new Parse.Query(Shape).first();

  assert.ok(found instanceof Shape);
  assert.equal(found.area(), 12);
});

test('a clone is saved as an object of its own', async () => {
  const object = await stored({ a: 1 });
  const twin = await object.clone().save();

  assert.notEqual(twin.id, object.id);
  assert.equal((await reread(twin)).get('a'), 1);
});

test('toJSON and fromJSON keep an object whole', async () => {
  const object = await reread(await stored({ a: 1, d: new Date(0), p: new Parse.GeoPoint(1, 2) }));
  const copy = Parse.Object.fromJSON({ ...object.toJSON(), className: object.className });

  assert.deepEqual(copy.toJSON(), object.toJSON());
  assert.equal(copy.dirty(), false);
});

test('clear followed by save removes the fields', async () => {
  const object = await stored({ a: 1, b: 2 });
  object.clear();
  await object.save();
  const found = await reread(object);

  assert.equal(found.has('a'), false);
  assert.equal(found.has('b'), false);
});

test('revert drops what was not saved', async () => {
  const object = await stored({ a: 1 });
  object.set('a', 2);
  object.revert();
  await object.save({ b: 3 });
  const found = await reread(object);

  assert.deepEqual([found.get('a'), found.get('b')], [1, 3]);
});

test('a value of another type than the column is refused', async () => {
  const object = await stored({ n: 1 });

  await refuses(
    Parse.Error.INCORRECT_TYPE,
    object.save({ n: 'text' }),
    `schema mismatch for ${object.className}.n; expected Number but got String`,
  );
});

test('a refused save stores nothing', async () => {
  const object = await stored({ n: 1, s: 'a' });
  await refuses(Parse.Error.INCORRECT_TYPE, object.save({ s: 'b', n: 'text' }));
  const found = await reread(object);

  assert.deepEqual([found.get('n'), found.get('s')], [1, 'a']);
});

test('a pointer to another class than the column names is refused', async () => {
  const object = await stored({ p: await stored() });
  const stranger = await stored();

  await refuses(
    Parse.Error.INCORRECT_TYPE,
    object.save({ p: stranger }),
    /^schema mismatch for .*\.p; expected Pointer<.*> but got Pointer<.*>$/,
  );
});

test('field names that Parse reserves are refused', async () => {
  for (const name of ['_private', '1st', 'a-b']) {
    await refuses(Parse.Error.INVALID_KEY_NAME, request('POST', `classes/${unique('Thing')}`, { [name]: 1 }));
  }
});

test('an objectId sent by a client is refused on create', async () => {
  const create = request('POST', `classes/${unique('Thing')}`, { objectId: 'mine' });

  await refuses(Parse.Error.INVALID_KEY_NAME, create, 'objectId is an invalid field name.');
});

test('keys with a dollar or a dot inside objects are refused', async () => {
  for (const key of ['$where', 'a.b']) {
    await refuses(Parse.Error.INVALID_NESTED_KEY, request('POST', `classes/${unique('Thing')}`, { o: { [key]: 1 } }));
  }
});

test('prohibited keywords are refused at any depth', async () => {
  const create = request('POST', `classes/${unique('Thing')}`, { o: { list: [{ _bsontype: 'Code' }] } });

  await refuses(Parse.Error.INVALID_KEY_NAME, create, /^Prohibited keyword in request data: /);
});

test('an unknown __type is refused', async () => {
  const create = request('POST', `classes/${unique('Thing')}`, { v: { __type: 'Nonsense', x: 1 } });

  await refuses(Parse.Error.INCORRECT_TYPE, create);
});

test('a class name with odd characters is refused', async () => {
  const save = request('POST', 'schemas', { className: 'Odd-Name', fields: {} }, MASTER);

  await refuses(Parse.Error.INVALID_CLASS_NAME, save, /^Invalid classname: Odd-Name/);
});
