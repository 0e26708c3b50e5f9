// Parse.Schema: classes, columns with their options, indexes, purge and delete.
'use strict';

const { test } = require('node:test');
const { assert, Parse, MASTER, unique, stored, column, reread, refuses, request } = require('./support');

const MISMATCH = Parse.Error.INVALID_CLASS_NAME;

const made = async (build = schema => schema) => {
  const schema = build(new Parse.Schema(unique('Made')));
  await schema.save();
  return schema;
};

test('a new class has the default columns and open permissions', async () => {
  const { className } = await made();
  const schema = await new Parse.Schema(className).get();

  assert.deepEqual(schema.fields, {
    objectId: { type: 'String' },
    createdAt: { type: 'Date' },
    updatedAt: { type: 'Date' },
    ACL: { type: 'ACL' },
  });
  assert.deepEqual(schema.classLevelPermissions.find, { '*': true });
  assert.deepEqual(schema.classLevelPermissions.protectedFields, { '*': [] });
});

test('every type of column is made', async () => {
  const { className } = await made(schema =>
    schema
      .addString('s')
      .addNumber('n')
      .addBoolean('b')
      .addDate('d')
      .addArray('a')
      .addObject('o')
      .addBytes('y')
      .addFile('f')
      .addGeoPoint('g')
      .addPolygon('p')
      .addPointer('u', '_User')
      .addRelation('r', '_Role'),
  );
  const { fields } = await new Parse.Schema(className).get();

  assert.deepEqual(
    ['s', 'n', 'b', 'd', 'a', 'o', 'y', 'f', 'g', 'p'].map(name => fields[name].type),
    ['String', 'Number', 'Boolean', 'Date', 'Array', 'Object', 'Bytes', 'File', 'GeoPoint', 'Polygon'],
  );
  assert.deepEqual(fields.u, { type: 'Pointer', targetClass: '_User' });
  assert.deepEqual(fields.r, { type: 'Relation', targetClass: '_Role' });
});

test('columns appear with the first value', async () => {
  const object = await stored({ s: 'a', n: 1, b: true, d: new Date(), a: [], o: {}, p: new Parse.GeoPoint(1, 1) });
  const { fields } = await new Parse.Schema(object.className).get();

  assert.deepEqual(
    ['s', 'n', 'b', 'd', 'a', 'o', 'p'].map(name => fields[name].type),
    ['String', 'Number', 'Boolean', 'Date', 'Array', 'Object', 'GeoPoint'],
  );
});

test('null makes no column', async () => {
  const object = await stored({ v: null, n: 1 });
  const { fields } = await new Parse.Schema(object.className).get();

  assert.equal(fields.v, undefined);
});

test('pointers and relations are columns with a target', async () => {
  const target = await stored();
  const object = new Parse.Object(unique('Thing'), { p: target });
  object.relation('r').add(target);
  await object.save();
  const { fields } = await new Parse.Schema(object.className).get();

  assert.deepEqual(fields.p, { type: 'Pointer', targetClass: target.className });
  assert.deepEqual(fields.r, { type: 'Relation', targetClass: target.className });
});

test('all lists the classes', async () => {
  const { className } = await made();
  const names = (await Parse.Schema.all()).map(schema => schema.className);

  assert.ok(names.includes(className));
  assert.ok(names.includes('_User'));
});

test('the schema of an unknown class is refused', async () => {
  const className = unique('Nothing');

  await refuses(MISMATCH, new Parse.Schema(className).get(), `Class ${className} does not exist.`);
});

test('a class cannot be made twice', async () => {
  const { className } = await made();

  await refuses(MISMATCH, new Parse.Schema(className).save(), `Class ${className} already exists.`);
});

test('a class that is not there cannot be changed', async () => {
  const className = unique('Nothing');

  await refuses(MISMATCH, new Parse.Schema(className).addString('s').update(), `Class ${className} does not exist.`);
});

test('update adds columns', async () => {
  const { className } = await made();
  await new Parse.Schema(className).addString('later').update();

  assert.deepEqual((await new Parse.Schema(className).get()).fields.later, { type: 'String' });
});

test('a column cannot be added with another type', async () => {
  const { className } = await made(schema => schema.addString('s'));
  const change = new Parse.Schema(className).addNumber('s').update();

  await refuses(Parse.Error.INVALID_SCHEMA_OPERATION, change, 'Field s exists, cannot update.');
});

test('a deleted column takes its data along', async () => {
  const object = await stored({ gone: 1, kept: 2 });
  await new Parse.Schema(object.className).deleteField('gone').update();
  const found = await reread(object);

  assert.deepEqual([found.has('gone'), found.get('kept')], [false, 2]);
  assert.equal((await new Parse.Schema(object.className).get()).fields.gone, undefined);
});

test('a deleted column may come back with another type', async () => {
  const object = await stored({ v: 1 });
  await new Parse.Schema(object.className).deleteField('v').update();
  await object.save({ v: 'text' });

  assert.equal((await reread(object)).get('v'), 'text');
});

test('a column that is not there cannot be deleted', async () => {
  const { className } = await made();
  const change = new Parse.Schema(className).deleteField('nowhere').update();

  await refuses(Parse.Error.INVALID_SCHEMA_OPERATION, change, 'Field nowhere does not exist, cannot delete.');
});

test('default columns cannot be deleted', async () => {
  const { className } = await made();

  await refuses(136, new Parse.Schema(className).deleteField('createdAt').update());
});

test('an unknown type is refused', async () => {
  const save = request('POST', 'schemas', { className: unique('Made'), fields: { v: { type: 'Text' } } }, MASTER);

  await refuses(Parse.Error.INCORRECT_TYPE, save, 'invalid field type: Text');
});

test('a pointer column needs a target', async () => {
  const save = request('POST', 'schemas', { className: unique('Made'), fields: { v: { type: 'Pointer' } } }, MASTER);

  await refuses(135, save, 'type Pointer needs a class name');
});

test('a required field must be given', async () => {
  const { className } = await made(schema => schema.addString('name', { required: true }));
  const object = await stored({ name: 'x' }, className);

  await refuses(Parse.Error.VALIDATION_ERROR, stored({ other: 1 }, className), 'name is required');
  object.unset('name');
  await refuses(Parse.Error.VALIDATION_ERROR, object.save(), 'name is required');
});

test('a default value is filled in and told to the client', async () => {
  const { className } = await made(schema =>
    schema.addNumber('n', { defaultValue: 7 }).addString('s', { defaultValue: 'x' }),
  );
  const object = await stored({ s: 'own' }, className);

  assert.equal(object.get('n'), 7);
  assert.deepEqual([(await reread(object)).get('n'), (await reread(object)).get('s')], [7, 'own']);
});

test('a default value satisfies a required field', async () => {
  const { className } = await made(schema => schema.addBoolean('b', { required: true, defaultValue: false }));

  assert.equal((await reread(await stored({}, className))).get('b'), false);
});

test('options of a field are shown and can be changed', async () => {
  const { className } = await made(schema => schema.addString('s', { required: true, defaultValue: 'a' }));
  const before = (await new Parse.Schema(className).get()).fields.s;
  await new Parse.Schema(className).addString('s', { defaultValue: 'b' }).update();

  assert.deepEqual(before, { type: 'String', required: true, defaultValue: 'a' });
  assert.deepEqual((await new Parse.Schema(className).get()).fields.s, { type: 'String', defaultValue: 'b' });
});

test('a default value of another type is refused', async () => {
  const save = made(schema => schema.addNumber('n', { defaultValue: 'text' }));

  await refuses(
    Parse.Error.INCORRECT_TYPE,
    save,
    /^schema mismatch for \w+\.n default value; expected Number but got String$/,
  );
});

test('indexes are made and shown', async () => {
  const { className } = await made(schema => schema.addString('s').addNumber('n').addIndex('by_s_n', { s: 1, n: 1 }));
  const { indexes } = await new Parse.Schema(className).get();

  assert.deepEqual(indexes.by_s_n, { s: 1, n: 1 });
});

test('indexes are deleted', async () => {
  const { className } = await made(schema => schema.addString('s').addIndex('by_s', { s: 1 }));
  await new Parse.Schema(className).deleteIndex('by_s').update();
  const { indexes } = await new Parse.Schema(className).get();

  assert.equal(indexes?.by_s, undefined);
});

test('an index on an unknown column is refused', async () => {
  const save = made(schema => schema.addIndex('by_x', { x: 1 }));

  await refuses(Parse.Error.INVALID_QUERY, save, 'Field x does not exist, cannot add index.');
});

test('an index cannot be made twice', async () => {
  const { className } = await made(schema => schema.addString('s').addIndex('by_s', { s: 1 }));
  const again = new Parse.Schema(className).addIndex('by_s', { s: 1 }).update();

  await refuses(Parse.Error.INVALID_QUERY, again, 'Index by_s exists, cannot update.');
});

test('an index that is not there cannot be deleted', async () => {
  const { className } = await made();

  await refuses(Parse.Error.INVALID_QUERY, new Parse.Schema(className).deleteIndex('by_s').update());
});

test('purge empties a class and keeps it', async () => {
  const className = await column([1, 2]);
  await new Parse.Schema(className).purge();

  assert.equal(await new Parse.Query(className).count(), 0);
  assert.equal((await new Parse.Schema(className).get()).fields.v.type, 'Number');
});

test('a class with objects cannot be deleted', async () => {
  const className = await column([1, 2]);

  await refuses(
    Parse.Error.INVALID_SCHEMA_OPERATION,
    new Parse.Schema(className).delete(),
    `Class ${className} is not empty, contains 2 objects, cannot drop schema.`,
  );
});

test('an empty class is deleted', async () => {
  const { className } = await made();
  await new Parse.Schema(className).delete();

  await refuses(MISMATCH, new Parse.Schema(className).get());
});

test('schemas are for the master key', async () => {
  await assert.rejects(request('GET', 'schemas'), /Permission denied/);
});
