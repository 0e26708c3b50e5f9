// The functions and triggers that cloud.test.js and triggers.test.js call. main.py holds the same for parsepy.
'use strict';

const MASTER = { useMasterKey: true };
const caller = request => (request.user ? { sessionToken: request.user.getSessionToken() } : {});

// --- Functions -------------------------------------------------------------------------------------------------

Parse.Cloud.define('jsHello', request => `Hello ${request.params.name}`);

Parse.Cloud.define('jsEcho', request => request.params.value);

Parse.Cloud.define('jsNothing', () => undefined);

Parse.Cloud.define('jsKinds', () => ({
  text: 'plain',
  number: 1.5,
  on: true,
  list: [1, [2]],
  map: { a: { b: null } },
  when: new Date(1000),
}));

Parse.Cloud.define('jsSum', request => request.params.numbers.reduce((sum, n) => sum + n, 0));

Parse.Cloud.define('jsShiftDate', request => new Date(request.params.when.getTime() + 1000));

Parse.Cloud.define('jsSaved', request =>
  new Parse.Object(request.params.className, request.params.fields).save(null, MASTER),
);

Parse.Cloud.define('jsFound', request =>
  new Parse.Query(request.params.className).equalTo('tag', request.params.tag).ascending('n').find(MASTER),
);

Parse.Cloud.define('jsFirst', request =>
  new Parse.Query(request.params.className).equalTo('tag', request.params.tag).descending('n').first(MASTER),
);

Parse.Cloud.define('jsCount', request =>
  new Parse.Query(request.params.className).equalTo('tag', request.params.tag).count(MASTER),
);

Parse.Cloud.define('jsCountAsCaller', request => new Parse.Query(request.params.className).count(caller(request)));

Parse.Cloud.define('jsDestroyed', async request => {
  const object = await new Parse.Query(request.params.className).get(request.params.id, MASTER);
  await object.destroy(MASTER);
  return object.id;
});

Parse.Cloud.define('jsBumped', async request => {
  const object = await new Parse.Query(request.params.className).get(request.params.id, MASTER);
  object.increment('n', 5);
  object.unset('gone');
  await object.save(null, MASTER);
  return object.get('n');
});

Parse.Cloud.define('jsWhoAmI', request => (request.user ? request.user.getUsername() : 'nobody'));

Parse.Cloud.define('jsIsMaster', request => request.master);

Parse.Cloud.define('jsInstallation', request => request.installationId);

Parse.Cloud.define('jsContext', request => request.context);

Parse.Cloud.define('jsFails', () => {
  throw new Parse.Error(4242, 'my own error');
});

Parse.Cloud.define('jsFailsPlainly', () => {
  throw new Error('plain failure');
});

Parse.Cloud.define('jsSlow', async request => {
  await new Promise(resolve => setTimeout(resolve, request.params.ms));
  return 'awake';
});

// --- Validators ------------------------------------------------------------------------------------------------

const ok = () => 'ok';
const params = request => request.params;

Parse.Cloud.define('jsNeedsUser', ok, { requireUser: true });

Parse.Cloud.define('jsNeedsMaster', ok, { requireMaster: true });

Parse.Cloud.define('jsNeedsAnyRole', ok, { requireAnyUserRoles: ['jsAdmins', 'jsEditors'] });

Parse.Cloud.define('jsNeedsAllRoles', ok, { requireAllUserRoles: ['jsAdmins', 'jsEditors'] });

Parse.Cloud.define('jsNeedsUserKeys', ok, { requireUser: true, requireUserKeys: ['phone'] });

Parse.Cloud.define('jsNeedsFields', params, { fields: ['a', 'b'] });

Parse.Cloud.define('jsTypedFields', params, {
  fields: {
    n: { type: Number, required: true },
    s: { type: String },
    b: { type: Boolean },
    l: { type: Array },
    o: { type: Object },
  },
});

Parse.Cloud.define('jsDefaultField', params, { fields: { n: { default: 7 } } });

Parse.Cloud.define('jsConstantField', params, { fields: { kind: { constant: true, default: 'fixed' } } });

Parse.Cloud.define('jsOptionField', params, { fields: { color: { options: ['red', 'green'] } } });

Parse.Cloud.define('jsOptionText', params, { fields: { color: { options: ['red'], error: 'Only red will do.' } } });

Parse.Cloud.define('jsOptionCheck', params, {
  fields: { n: { options: value => value % 2 === 0, error: 'Even numbers only.' } },
});

Parse.Cloud.define('jsMasterIsChecked', ok, { fields: ['a'], validateMasterKey: true });

Parse.Cloud.define('jsMasterIsTrusted', ok, { fields: ['a'] });

Parse.Cloud.define('jsOwnValidator', ok, request => {
  if (request.params.word !== 'please') {
    throw new Error('Say please.');
  }
});

// --- Triggers --------------------------------------------------------------------------------------------------

Parse.Cloud.beforeSave('JsClamped', ({ object }) => {
  object.set('checked', true);
  if (object.get('score') > 100) {
    object.set('score', 100);
  }
});

Parse.Cloud.beforeSave('JsRefused', ({ object }) => {
  if (object.get('how') === 'code') {
    throw new Parse.Error(4242, 'refused with a code');
  }
  if (object.get('how') === 'plain') {
    throw new Error('refused plainly');
  }
});

Parse.Cloud.beforeSave('JsInspected', ({ object, original, master, user }) => {
  object.set('seen', {
    isNew: object.isNew(),
    before: original ? (original.get('n') ?? null) : null,
    dirty: object.dirtyKeys().sort(),
    master,
    user: user ? user.id : null,
  });
});

Parse.Cloud.beforeSave('JsRewritten', ({ object }) => {
  object.increment('saves');
  object.unset('secret');
});

Parse.Cloud.afterSave('JsAudited', async ({ object, original }) => {
  await new Parse.Object('JsAudit', { of: object.id, n: object.get('n'), created: !original }).save(null, MASTER);
});

Parse.Cloud.afterSave('JsAnswered', ({ object }) => ({ objectId: object.id, extra: 'from afterSave' }));

Parse.Cloud.afterSave('JsAfterSaveFails', () => {
  throw new Error('too late');
});

Parse.Cloud.beforeDelete('JsKept', ({ object }) => {
  if (object.get('locked')) {
    throw new Parse.Error(4242, 'this one stays');
  }
});

Parse.Cloud.afterDelete('JsMourned', async ({ object }) => {
  await new Parse.Object('JsAudit', { of: object.id, n: object.get('n') }).save(null, MASTER);
});

Parse.Cloud.beforeFind('JsFiltered', ({ query, master }) => {
  if (!master) {
    query.equalTo('visible', true);
  }
});

Parse.Cloud.beforeFind('JsUnfindable', ({ master }) => {
  if (!master) {
    throw new Parse.Error(4242, 'not for you');
  }
});

Parse.Cloud.beforeFind('JsLimited', ({ query }) => {
  query.limit(2);
  query.descending('n');
});

Parse.Cloud.afterFind('JsMasked', ({ objects, master }) => {
  if (!master) {
    objects.forEach(object => object.set('secret', '***'));
  }
  return objects;
});

Parse.Cloud.afterFind('JsThinned', ({ objects }) => objects.filter(object => object.get('n') > 1));

Parse.Cloud.beforeSave('JsContextual', ({ object, context }) => {
  object.set('given', context.given);
  context.added = 'by beforeSave';
});

Parse.Cloud.afterSave('JsContextual', async ({ object, context }) => {
  await new Parse.Object('JsAudit', { of: object.id, context }).save(null, MASTER);
});

Parse.Cloud.beforeSave('JsNeedsFields', () => undefined, { fields: { title: { type: String, required: true } } });

Parse.Cloud.beforeSave('JsNeedsUser', () => undefined, { requireUser: true });

Parse.Cloud.beforeSave('JsMasterSkips', ({ object }) => object.set('triggered', true), { skipWithMasterKey: true });

Parse.Cloud.beforeSave('JsDefaults', () => undefined, {
  fields: { level: { default: 1 }, kind: { constant: true, default: 'fixed' } },
});

Parse.Cloud.beforeSave(Parse.User, ({ object }) => {
  if (object.get('wantsTrigger')) {
    object.set('triggered', true);
  }
});
