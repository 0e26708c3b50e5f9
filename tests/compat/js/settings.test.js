// Parse.Config, Parse.Installation, and what the server tells of itself.
'use strict';

const { test } = require('node:test');
const { assert, Parse, settings, MASTER, unique, person, refuses, request } = require('./support');

const installation = (fields = {}) =>
  new Parse.Installation({
    installationId: unique('installation'),
    deviceType: 'ios',
    ...fields,
  });

const stored = id => new Parse.Query(Parse.Installation).get(id, MASTER);

test('config values of every kind are read as they were saved', async () => {
  const key = unique('kinds');
  const value = { text: 'a', n: 1.5, on: true, list: [1, { b: 2 }], nothing: null };
  await Parse.Config.save({ [key]: value });

  assert.deepEqual((await Parse.Config.get()).get(key), value);
});

test('config keeps dates and geo points', async () => {
  const [when, where] = [unique('when'), unique('where')];
  await Parse.Config.save({ [when]: new Date(1000), [where]: new Parse.GeoPoint(1, 2) });
  const config = await Parse.Config.get();

  assert.equal(config.get(when).getTime(), 1000);
  assert.equal(config.get(where).longitude, 2);
});

test('saving one value leaves the others', async () => {
  const [one, two] = [unique('one'), unique('two')];
  await Parse.Config.save({ [one]: 1 });
  const config = await Parse.Config.save({ [two]: 2 });

  assert.deepEqual([config.get(one), config.get(two)], [1, 2]);
});

test('a config value is replaced', async () => {
  const key = unique('value');
  await Parse.Config.save({ [key]: 'old' });
  await Parse.Config.save({ [key]: 'new' });

  assert.equal((await Parse.Config.get()).get(key), 'new');
});

test('values for the master key are hidden from others', async () => {
  const [secret, open] = [unique('secret'), unique('open')];
  await Parse.Config.save({ [secret]: 's', [open]: 'o' }, { [secret]: true });
  const [client, master] = [await Parse.Config.get(), await Parse.Config.get(MASTER)];

  assert.deepEqual([client.get(secret), client.get(open)], [undefined, 'o']);
  assert.equal(master.get(secret), 's');
});

test('the master is told which values are for him', async () => {
  const secret = unique('secret');
  await Parse.Config.save({ [secret]: 's' }, { [secret]: true });
  const [client, master] = [await request('GET', 'config'), await request('GET', 'config', {}, MASTER)];

  assert.equal(master.masterKeyOnly[secret], true);
  assert.equal(client.masterKeyOnly?.[secret], undefined);
});

test('a config value is deleted', async () => {
  const key = unique('value');
  await Parse.Config.save({ [key]: 1 });
  await request('PUT', 'config', { params: { [key]: { __op: 'Delete' } } }, MASTER);

  assert.equal((await Parse.Config.get()).get(key), undefined);
});

test('clients cannot save config', async () => {
  await assert.rejects(request('PUT', 'config', { params: { a: 1 } }), /Permission denied/);
});

test('config is escaped on demand', async () => {
  const key = unique('html');
  await Parse.Config.save({ [key]: '<b>' });

  assert.equal((await Parse.Config.get()).escape(key), '&lt;b&gt;');
});

test('the config that was read last is the current one', async () => {
  const key = unique('value');
  await Parse.Config.save({ [key]: 'kept' });
  await Parse.Config.get();

  assert.equal(Parse.Config.current().get(key), 'kept');
});

test('an installation is saved by a client', async () => {
  const saved = await installation({ channels: ['news'], badge: 3, timeZone: 'Europe/Bern' }).save();
  const found = await stored(saved.id);

  assert.deepEqual(found.get('channels'), ['news']);
  assert.deepEqual([found.badge, found.timeZone, found.deviceType], [3, 'Europe/Bern', 'ios']);
});

test('an installation is changed by its client', async () => {
  const saved = await installation({ channels: ['news'] }).save();
  saved.addUnique('channels', 'sports');
  await saved.save();

  assert.deepEqual((await stored(saved.id)).get('channels'), ['news', 'sports']);
});

test('an installation keeps own fields', async () => {
  const user = await person();
  const saved = await installation({ user, level: 4 }).save();
  const found = await stored(saved.id);

  assert.equal(found.get('user').id, user.id);
  assert.equal(found.get('level'), 4);
});

test('an installation needs a device type', async () => {
  const create = request('POST', 'installations', { installationId: unique('installation') });

  await refuses(135, create, 'deviceType must be specified in this operation');
});

test('clients cannot list installations', async () => {
  await refuses(Parse.Error.OPERATION_FORBIDDEN, new Parse.Query(Parse.Installation).find());
});

test('clients cannot delete installations', async () => {
  const saved = await installation().save();

  await refuses(Parse.Error.OPERATION_FORBIDDEN, saved.destroy());
  assert.equal((await stored(saved.id)).id, saved.id);
});

test('a client reads its installation by id', async () => {
  const saved = await installation({ appName: 'suite' }).save();
  const fetched = await Parse.Installation.createWithoutData(saved.id).fetch();

  assert.equal(fetched.appName, 'suite');
});

test('the server is healthy', async () => {
  const answer = await fetch(`${settings.url}/health`);

  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { status: 'ok' });
});

test('the server tells the master its version', async () => {
  const info = await request('GET', 'serverInfo', {}, MASTER);

  assert.equal(info.parseServerVersion, '9.10.0');
  assert.equal(info.features.schemas.addClass, true);
});

test('the server tells clients nothing of itself', async () => {
  await assert.rejects(request('GET', 'serverInfo'), /Permission denied/);
});

test('a request without the key of the app is refused', async () => {
  const answer = await fetch(`${settings.url}/classes/Thing`);

  assert.equal(answer.status, 403);
  assert.equal((await answer.json()).error, 'unauthorized');
});

test('a browser may ask beforehand', async () => {
  // On a connection of its own: one that was kept may end at the very moment.
  const answer = await fetch(`${settings.url}/classes/Thing`, { method: 'OPTIONS', headers: { Connection: 'close' } });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.match(answer.headers.get('access-control-allow-headers'), /X-Parse-Session-Token/);
});
