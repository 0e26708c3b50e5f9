'use strict';
// The reference's side of routes.py: keep the two alike.

Parse.Cloud.beforeSave('RtChanged', request => {
  const object = request.object;
  object.set('checked', true);
  if (object.has('kept')) {
    object.set('kept', object.get('kept'));
  }
  if (object.get('score') > 100) {
    object.set('score', 100);
  }
});

Parse.Cloud.beforeSave('RtUnset', request => {
  request.object.unset('secret');
});

Parse.Cloud.beforeSave('RtCounted', request => {
  request.object.increment('saves');
  request.object.add('log', 'saved');
});

Parse.Cloud.beforeSave('RtReverted', request => {
  request.object.set('points', 1);
});

Parse.Cloud.afterSave('RtAnswered', () => ({ extra: 'from afterSave', points: 7 }));

Parse.Cloud.afterSave('RtSilent', () => undefined);

Parse.Cloud.beforeSave('RtRefused', request => {
  switch (request.object.get('how')) {
    case 'code':
      throw new Parse.Error(4242, 'refused with a code');
    case 'not found':
      throw new Parse.Error(Parse.Error.OBJECT_NOT_FOUND, 'refused as not found');
    case 'internal':
      throw new Parse.Error(Parse.Error.INTERNAL_SERVER_ERROR, 'refused as internal');
    case 'plain':
      throw new Error('refused plainly');
  }
});

Parse.Cloud.define('throwPlain', () => {
  throw new Error('it broke');
});

Parse.Cloud.define('throwCode', request => {
  throw new Parse.Error(request.params.code, request.params.message);
});

// What the key lets cloud code do.
Parse.Cloud.define('caller', request => ({
  master: request.master,
  isReadOnly: request.isReadOnly,
  user: request.user ? request.user.get('username') : null,
}));

Parse.Cloud.define('counted', async request => {
  const query = new Parse.Query(request.params.className);
  return query.count();
});
