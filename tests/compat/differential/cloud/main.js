'use strict';
// The reference's side of main.py: keep the two alike.

Parse.Cloud.define('hello', request => `Hello ${request.params.name || 'stranger'}`);

Parse.Cloud.define('echo', request => ({ params: request.params }));

// What the server knows of the caller.
Parse.Cloud.define('caller', request => ({
  master: request.master,
  isReadOnly: request.isReadOnly,
  user: request.user ? request.user.get('username') : null,
  installationId: request.installationId === undefined ? '(none)' : request.installationId,
  context: request.context,
}));

Parse.Cloud.define('fail', request => {
  throw new Parse.Error(request.params.code || 142, request.params.message || 'it failed');
});
