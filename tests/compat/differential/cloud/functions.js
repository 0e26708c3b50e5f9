'use strict';
// The reference's side of functions.py: keep the two alike.

const described = value => {
  if (value instanceof Date) return `date ${value.toISOString()}`;
  if (value instanceof Parse.File) return `file ${value.name()}`;
  if (value instanceof Parse.Object) return `pointer ${value.className} ${value.id}`;
  if (Buffer.isBuffer(value)) return `bytes ${value.toString()}`;
  if (Array.isArray(value)) return value.map(described);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, described(item)]));
  }
  return value;
};

Parse.Cloud.define('echo', request => request.params);

Parse.Cloud.define('described', request => described(request.params));

Parse.Cloud.define('space.of.names', () => 'inner');

Parse.Cloud.define("it's", () => 'never');

Parse.Cloud.define('two words', () => 'with a space');

Parse.Cloud.define('caller', request => ({
  master: request.master,
  isReadOnly: request.isReadOnly,
  user: request.user ? request.user.get('username') : null,
  phone: request.user && request.user.get('phone') !== undefined ? request.user.get('phone') : null,
  installationId: request.installationId === undefined ? '(none)' : request.installationId,
  functionName: request.functionName,
  context: request.context,
  hasIp: typeof request.ip === 'string' && request.ip.length > 0,
  header: request.headers['x-custom'] === undefined ? null : request.headers['x-custom'],
}));

Parse.Cloud.define('later', async request => {
  await new Promise(resolve => setTimeout(resolve, 5));
  return `later ${request.params.name}`;
});

const VALUES = {
  nothing: () => undefined,
  null: () => null,
  text: () => 'text',
  empty: () => '',
  number: () => 1.5,
  whole: () => 2,
  false: () => false,
  list: () => [1, 'a', null, [2]],
  object: () => ({ a: { b: [1] }, none: null }),
  date: () => new Date('2020-01-02T03:04:05.678Z'),
  dates: () => ({ at: [new Date('2020-01-02T03:04:05.678Z')] }),
  point: () => new Parse.GeoPoint(1, 2),
  polygon: () => new Parse.Polygon([[0, 0], [0, 1], [1, 1]]),
  acl: () => {
    const acl = new Parse.ACL();
    acl.setPublicReadAccess(true);
    return acl;
  },
  file: () => Parse.File.fromJSON({ __type: 'File', name: 'a.txt', url: 'https://files.example/a.txt' }),
};

Parse.Cloud.define('give', request => VALUES[request.params.what]());

Parse.Cloud.define('raise', request => {
  const { how, code, message } = request.params;
  if (how === 'parse') throw new Parse.Error(code, message);
  if (how === 'plain') throw new Error(message);
  if (how === 'empty') throw new Error('');
});

Parse.Cloud.define('made', async request => {
  const made = new Parse.Object(request.params.className);
  await made.save(request.params.fields, { useMasterKey: true });
  return made;
});

Parse.Cloud.define('found', async request => {
  const query = new Parse.Query(request.params.className);
  query.ascending('n');
  if (request.params.include) query.include(request.params.include);
  return query.find({ useMasterKey: true });
});

Parse.Cloud.define('nested', async request => {
  const query = new Parse.Query(request.params.className);
  const first = await query.first({ useMasterKey: true });
  return { all: [first], one: { first } };
});

const withId = (className, id) => {
  const object = new Parse.Object(className);
  object.id = id;
  return object;
};

Parse.Cloud.define('pointed', request => withId('Thing', request.params.id));

// What the caller himself may read.
Parse.Cloud.define('readable', async request => {
  const query = new Parse.Query(request.params.className);
  const sessionToken = request.user ? request.user.getSessionToken() : undefined;
  return query.count(request.master ? { useMasterKey: true } : { sessionToken });
});

Parse.Cloud.define('changed', async request => {
  const object = withId(request.params.className, request.params.id);
  await object.fetch({ useMasterKey: true });
  object.increment('n', 2);
  object.addUnique('tags', 'new');
  object.unset('old');
  await object.save(null, { useMasterKey: true });
  return object;
});

Parse.Cloud.define('removed', async request => {
  const object = withId(request.params.className, request.params.id);
  await object.destroy({ useMasterKey: true });
  return 'gone';
});

Parse.Cloud.define('missing', async request => {
  const query = new Parse.Query(request.params.className);
  return query.get('noSuchId00', { useMasterKey: true });
});

Parse.Cloud.define('outer', async request => {
  const result = await Parse.Cloud.run('echo', { inner: request.params.value }, { useMasterKey: true });
  return { result };
});

Parse.Cloud.define('outerFails', async () => Parse.Cloud.run('raise', { how: 'parse', code: 4242, message: 'inner' }));
