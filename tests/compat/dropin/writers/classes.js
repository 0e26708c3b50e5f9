// Classes by the schema API: every column type, defaults, required fields, indexes; and classes that grew by saving.
'use strict';

async function writeColumns(server) {
  const { define, name, rest, date } = server;
  await define('Team', { fields: { title: { type: 'String' }, rank: { type: 'Number' } } });
  await define('Typed', {
    fields: {
      s: { type: 'String' },
      n: { type: 'Number' },
      b: { type: 'Boolean' },
      d: { type: 'Date' },
      o: { type: 'Object' },
      a: { type: 'Array' },
      f: { type: 'File' },
      g: { type: 'GeoPoint' },
      poly: { type: 'Polygon' },
      y: { type: 'Bytes' },
      p: { type: 'Pointer', targetClass: name('Team') },
      r: { type: 'Relation', targetClass: name('Team') },
    },
  });
  await define('Preset', {
    fields: {
      must: { type: 'String', required: true },
      text: { type: 'String', defaultValue: 'preset' },
      number: { type: 'Number', defaultValue: 7, required: true },
      flag: { type: 'Boolean', defaultValue: false },
      when: { type: 'Date', defaultValue: date('2020-02-02T02:02:02.002Z') },
      object: { type: 'Object', defaultValue: { a: { b: [1, 2] } } },
      list: { type: 'Array', defaultValue: ['x', { y: 1 }] },
    },
  });
  await define('Changed', { fields: { stays: { type: 'String' }, goes: { type: 'Number' }, rel: { type: 'Relation', targetClass: name('Team') } } });
  await rest('PUT', `schemas/${name('Changed')}`, {
    className: name('Changed'),
    fields: { goes: { __op: 'Delete' }, rel: { __op: 'Delete' }, comes: { type: 'Number', required: true, defaultValue: 1 } },
  });
  await define('Dropped', { fields: { x: { type: 'String' } } });
  await rest('DELETE', `schemas/${name('Dropped')}`);
  server.made.classes.pop();
}

async function writeIndexes(server) {
  const { define, name, rest } = server;
  await define('Indexed', {
    fields: { a: { type: 'String' }, b: { type: 'Number' }, c: { type: 'Date' } },
    indexes: { one: { a: 1 }, both: { b: 1, a: 1 } },
  });
  await rest('PUT', `schemas/${name('Indexed')}`, {
    className: name('Indexed'),
    indexes: { one: { __op: 'Delete' }, later: { c: 1 } },
  });
}

async function write(server) {
  await writeColumns(server);
  await writeIndexes(server);
}

module.exports = { write };
