// Rows: every type at the top and nested, values at the edges, what operations leave behind, relations, ACLs.
'use strict';

async function writeFiles(server) {
  const { Parse, MASTER, made } = server;
  const save = async (key, bytes, type) => {
    const file = new Parse.File(`${key}.${type === 'text/plain' ? 'txt' : 'bin'}`, bytes, type);
    await file.save(MASTER);
    made.files[key] = { name: file.name(), url: file.url() };
    return { __type: 'File', name: file.name() };
  };
  return {
    text: await save('text', Array.from(Buffer.from('Grüße')), 'text/plain'),
    // More than one GridFS chunk.
    large: await save('large', Array.from(Buffer.alloc(300000, 'parse')), 'application/octet-stream'),
  };
}

async function writeTyped(server, files) {
  const { create, pointer, date } = server;
  await create('red', 'Team', { title: 'Red', rank: 1 });
  await create('blue', 'Team', { title: 'Blue', rank: 2 });
  const point = { __type: 'GeoPoint', latitude: 40.5, longitude: -30.25 };
  const bytes = { __type: 'Bytes', base64: 'AAEC/w==' };
  const polygon = { __type: 'Polygon', coordinates: [[0, 0], [0, 10], [10, 10.5], [10, 0]] };
  await create('full', 'Typed', {
    s: 'text', n: 1.5, b: true, d: date('1999-12-31T23:59:59.999Z'), o: { k: 'v', nested: { n: 1 } }, a: [1, 'two', true],
    f: files.text, g: point, poly: polygon, y: bytes, p: pointer('red'),
    r: { __op: 'AddRelation', objects: [pointer('red'), pointer('blue')] },
  });
  await create('nested', 'Typed', {
    s: '',
    o: { d: date('2001-01-01T00:00:00.000Z'), y: bytes, g: point, p: pointer('blue'), f: files.text, poly: polygon,
      none: null, list: [null, [], {}, [[1]]], empty: {} },
    a: [date('2001-01-01T00:00:00.000Z'), bytes, point, pointer('red'), files.text, null, [null, [2]], { a: [null] }, ''],
  });
  await create('nulls', 'Typed', { s: null, n: null, b: null, d: null, o: null, a: null, g: null, p: null, f: null, y: null });
  await create('bare', 'Typed', {});
  await create('blueOne', 'Typed', { p: pointer('blue'), s: 'blue one', n: 0, b: false, a: [], o: {} });
}

async function writeEdges(server) {
  const { create, date } = server;
  const numbers = [0, -1, 0.1, 1e21, 9007199254740991, -9007199254740991, 1e-7, 1.7976931348623157e308, 123456.789];
  for (const [index, n] of numbers.entries()) await create(`number${index}`, 'Edge', { kind: 'number', n, o: { n }, a: [n] });
  const texts = ['', ' ', 'ß', '日本語', '👩‍👩‍👧', 'a"b\'c\\d', 'line\nline\ttab', '$dollar.dot', 'null', '%_%', 'A', 'a', 'Z', 'é'];
  for (const [index, s] of texts.entries()) await create(`text${index}`, 'Edge', { kind: 'text', s, o: { s }, a: [s] });
  const dates = ['1970-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2024-02-29T12:00:00.100Z'];
  for (const [index, iso] of dates.entries()) await create(`date${index}`, 'Edge', { kind: 'date', d: date(iso), o: { d: date(iso) } });
  await create('long', 'Edge', { kind: 'text', s: 'x'.repeat(20000) });
}

async function writeOperations(server) {
  const { create, update } = server;
  await create('counted', 'Worked', { n: 1, m: 2.5, o: { k: 1, deep: { v: 1 }, gone: 1 }, a: ['b', 'a', 'b'], u: [1, 2], x: [1, 2, 1], gone: 'x' });
  await update('counted', { n: { __op: 'Increment', amount: 2 }, m: { __op: 'Increment', amount: -0.5 } });
  await update('counted', { 'o.k': { __op: 'Increment', amount: 4 }, 'o.new': 'added' });
  await update('counted', { 'o.gone': { __op: 'Delete' }, gone: { __op: 'Delete' } });
  await update('counted', { a: { __op: 'Add', objects: ['a', 'c'] }, u: { __op: 'AddUnique', objects: [2, 3] }, x: { __op: 'Remove', objects: [1] } });
  await create('fresh', 'Worked', { n: { __op: 'Increment', amount: 3 }, a: { __op: 'Add', objects: [1, 1] }, u: { __op: 'AddUnique', objects: [1, 2] } });
  await create('objects', 'Worked', { a: [{ id: 1 }, { id: 2 }], u: [{ id: 1 }] });
  await update('objects', { a: { __op: 'Remove', objects: [{ id: 1 }] }, u: { __op: 'AddUnique', objects: [{ id: 1 }, { id: 3 }] } });
}

async function writeRelations(server) {
  const { create, update, pointer } = server;
  for (const key of ['m1', 'm2', 'm3']) await create(key, 'Member', { label: key });
  await create('club', 'Club', { title: 'club', members: { __op: 'AddRelation', objects: ['m1', 'm2', 'm3'].map(pointer) } });
  await update('club', { members: { __op: 'RemoveRelation', objects: [pointer('m2')] } });
  await create('otherClub', 'Club', { title: 'other', members: { __op: 'AddRelation', objects: [pointer('m2')] }, best: pointer('m3') });
  await create('chain3', 'Chain', { level: 3, to: null });
  await create('chain2', 'Chain', { level: 2, to: pointer('chain3'), many: [pointer('chain3'), pointer('chain3')] });
  await create('chain1', 'Chain', { level: 1, to: pointer('chain2'), many: [pointer('chain2'), pointer('chain3')] });
  await create('lost', 'Chain', { level: 0, to: { ...pointer('chain1'), objectId: 'nowhere000' } });
}

async function writeAccess(server) {
  const { create, made, name } = server;
  const { ann, bob } = made.users;
  const acls = {
    public: undefined,
    readable: { '*': { read: true } },
    annOnly: { [ann.id]: { read: true, write: true } },
    annReadsBobWrites: { [ann.id]: { read: true }, [bob.id]: { write: true } },
    editors: { [`role:${name('Editors')}`]: { read: true, write: true } },
    staff: { [`role:${name('Staff')}`]: { read: true } },
    nobody: {},
    writeOnly: { '*': { write: true } },
  };
  for (const [key, ACL] of Object.entries(acls)) await create(`acl_${key}`, 'Guarded', { key, ...(ACL && { ACL }) });
}

async function writeNumbers(server) {
  const { create, date, pointer } = server;
  for (let n = 0; n < 12; n++) {
    await create(`score${n}`, 'Score', {
      n, points: (n * 37) % 10, player: `player ${n % 3}`, tags: [`t${n % 2}`, `t${n % 3}`], on: n % 2 === 0,
      at: date(`2024-0${1 + (n % 3)}-1${n % 10}T0${n % 10}:30:00.000Z`), team: pointer(n % 2 ? 'red' : 'blue'), o: { level: n % 4 },
      g: { __type: 'GeoPoint', latitude: n * 5 - 30, longitude: n * 10 - 60 },
    });
  }
}

async function write(server) {
  const files = await writeFiles(server);
  await writeTyped(server, files);
  await writeEdges(server);
  await writeOperations(server);
  await writeRelations(server);
  await writeAccess(server);
  await writeNumbers(server);
  await server.create('preset', 'Preset', { must: 'given' });
  await server.create('presetToo', 'Preset', { must: 'too', text: 'own', number: 0 });
  await server.create('changed', 'Changed', { stays: 'here' });
  for (const [index, a] of ['x', 'y', 'z'].entries()) await server.create(`indexed${index}`, 'Indexed', { a, b: -index });
  server.made.classes.push(...['Edge', 'Worked', 'Member', 'Club', 'Chain', 'Guarded', 'Score'].map(server.name));
}

module.exports = { write };
