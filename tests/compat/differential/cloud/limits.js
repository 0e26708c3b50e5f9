'use strict';
// The reference's side of limits.py: keep the two alike.

const ok = () => 'ok';
const per = (requestCount, more) => ({ rateLimit: { requestTimeWindow: 3600000, requestCount, ...more } });

function register() {
  Parse.Cloud.define('two', ok, per(2));
  Parse.Cloud.define('alsoTwo', ok, per(2));
  Parse.Cloud.define('spelled', ok, per(1));
  Parse.Cloud.define('encoded', ok, per(1));
  Parse.Cloud.define('counted', ok, per(1));
  Parse.Cloud.define('free', ok);
  Parse.Cloud.define('forMasterToo', ok, per(1, { includeMasterKey: true }));
  Parse.Cloud.define('fromInside', ok, per(1, { includeInternalRequests: true }));
  Parse.Cloud.define('insideInBatch', ok, per(1, { includeInternalRequests: true }));
  Parse.Cloud.define('calling', () => Parse.Cloud.run('counted'));
  Parse.Cloud.define('failing', () => { throw new Error('It failed.'); }, per(1));
  Parse.Cloud.define('refusing', ok, { requireUser: true, ...per(1) });
  Parse.Cloud.define('perUser', ok, per(1, { zone: 'user' }));
  Parse.Cloud.define('perSession', ok, per(1, { zone: 'session' }));
  Parse.Cloud.define('guessed', ok, per(1, { zone: 'session' }));
  Parse.Cloud.define('together', ok, per(1, { zone: 'global', errorResponseMessage: 'Slow down.' }));
  Parse.Cloud.define('togetherInBatch', ok, per(1, { zone: 'global', errorResponseMessage: 'Slow down.' }));
  Parse.Cloud.define('elsewhere', ok, per(1, { requestPath: '/classes/Elsewhere', requestMethods: ['GET'] }));
  Parse.Cloud.define('soon', ok, { rateLimit: { requestTimeWindow: 4000, requestCount: 2 } });
  Parse.Cloud.define('mailing', async () => {
    await Parse.Cloud.sendEmail({ to: 'ann@example.com', subject: 'Hello', text: 'Hello Ann.' });
    return 'no error';
  });

  Parse.Cloud.beforeSave('LmSave', () => {}, per(1));
  Parse.Cloud.beforeDelete('LmDelete', () => {}, per(1));
  Parse.Cloud.beforeFind('LmFind', () => {}, per(1));
  Parse.Cloud.afterSave('LmAfter', () => {}, per(1));
  Parse.Cloud.afterFind('LmAfter', request => request.objects, per(1));
  Parse.Cloud.beforeLogin(() => {}, per(1));
  Parse.Cloud.beforeSave('_User', () => {}, per(1));
  Parse.Cloud.beforeSave('_Role', () => {}, per(1));
  Parse.Cloud.beforeSave(Parse.File, () => {}, per(1));
  Parse.Cloud.beforeFind(Parse.File, () => {}, per(1));
  Parse.Cloud.beforeSave(Parse.Config, () => {}, per(1, { includeMasterKey: true }));
}

// Parse Server forgets the limits that validators ask for before it has started.
const config = Object.values(require.cache).find(found => found.filename.endsWith('/parse-server/lib/Config.js'));
const begin = () =>
  config.exports.get(Parse.applicationId).state === 'ok' ? register() : setTimeout(begin, 1);
config ? setTimeout(begin, 1) : register();
