'use strict';
// The reference's side of mobile.py: keep the two alike.

Parse.Cloud.define('greet', request => `Hello ${request.params.name || 'stranger'}`);

Parse.Cloud.define('nothing', () => null);

Parse.Cloud.define('refuse', () => {
  throw new Parse.Error(4242, 'own text');
});

Parse.Cloud.define('break', () => {
  throw new Error('it broke');
});

// An object, as functions return them to SDKs.
Parse.Cloud.define('first', async request => {
  const query = new Parse.Query(request.params.className);
  return (await query.first({ useMasterKey: true })) || null;
});

// What the server made of the headers.
Parse.Cloud.define('caller', request => ({
  user: request.user ? request.user.get('username') : null,
  master: request.master,
  installationId: request.installationId === undefined ? '(none)' : request.installationId,
  context: request.context,
  params: request.params,
}));

Parse.Cloud.beforeSave('MbChecked', request => {
  request.object.set('checked', true);
  request.object.set('name', String(request.object.get('name')).toUpperCase());
});
