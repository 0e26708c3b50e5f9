// What the server's own classes hold: config, installations, audiences, jobs, pushes, products, webhooks.
'use strict';

async function writeInstallations(server) {
  const { made, name, rest, userPointer } = server;
  const ios = { deviceType: 'ios', deviceToken: Buffer.from(name('token')).toString('hex').padEnd(64, '0'), channels: ['', 'news'], badge: 3, timeZone: 'Europe/Berlin', appVersion: '1.2' };
  made.installations.ios = (await rest('POST', 'installations', ios, 'client')).objectId;
  const android = { deviceType: 'android', installationId: `${name('android')}-installation`.toLowerCase(), GCMSenderId: '1', user: userPointer('bob'), score: 5 };
  made.installations.android = (await rest('POST', 'installations', android, 'client')).objectId;
}

async function writeSystemRows(server) {
  const { made, name, rest, date } = server;
  const keep = async (key, className, fields) => {
    made.objects[key] = { className, id: (await rest('POST', `classes/${className}`, fields)).objectId };
  };
  await keep('audience', '_Audience', { name: name('audience'), query: '{"deviceType":"ios"}' });
  await rest('PUT', `classes/_Audience/${made.objects.audience.id}`, {
    lastUsed: date('2024-05-05T05:05:05.005Z'), timesUsed: { __op: 'Increment', amount: 4 },
  });
  await keep('audienceToo', '_Audience', { name: name('audience 2'), query: '{}', lastUsed: date('2024-06-06T00:00:00.000Z'), timesUsed: 2 });
  await keep('job', '_JobStatus', { jobName: name('job'), source: 'api', status: 'succeeded', message: 'done', params: { a: [1] }, finishedAt: date('2024-05-05T05:05:05.005Z'), ACL: {} });
  await keep('schedule', '_JobSchedule', { jobName: name('job'), description: 'every day', params: '{"a":1}', startAfter: '2024-01-01T00:00:00.000Z', daysOfWeek: ['1', '2'], timeOfDay: '10:00', lastRun: 0, repeatMinutes: 60 });
  await keep('push', '_PushStatus', { pushTime: '2024-05-05T05:05:05.005Z', source: 'rest', query: '{}', payload: '{"alert":"hi"}', status: 'succeeded', numSent: 3, count: 0, sentPerType: { ios: 3 }, failedPerType: {}, errorMessage: { a: 1 } });
  await keep('product', '_Product', { productIdentifier: name('product'), icon: { __type: 'File', name: made.files.text.name }, order: 1, title: 'A', subtitle: 'B' });
}

// Webhooks can only be written where there are routes for them: `PARSE_HOOKS=1`.
async function writeHooks(server) {
  const { name, rest } = server;
  await rest('POST', 'hooks/functions', { functionName: name('hook'), url: 'http://127.0.0.1:9/function' });
  await rest('POST', 'hooks/triggers', { className: name('Hooked'), triggerName: 'beforeSave', url: 'http://127.0.0.1:9/trigger' });
}

async function writeConfig(server) {
  const { Parse, name, rest, date } = server;
  const params = { [name('text')]: 'welcome', [name('object')]: { a: [1, null], d: date('2024-05-05T05:05:05.005Z') }, [name('secret')]: 'hush', [name('point')]: { __type: 'GeoPoint', latitude: 1, longitude: 2 } };
  await rest('PUT', 'config', { params, masterKeyOnly: { [name('secret')]: true, [name('text')]: false } });
  await rest('PUT', 'config', { params: { [name('gone')]: 1 } });
  await rest('PUT', 'config', { params: { [name('gone')]: { __op: 'Delete' } } });
  await Parse.Config.save({ [name('sdk')]: [1, 2.5] });
}

async function write(server) {
  await writeInstallations(server);
  await writeSystemRows(server);
  if (process.env.PARSE_HOOKS) await writeHooks(server);
  await writeConfig(server);
}

module.exports = { write };
