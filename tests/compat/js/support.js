// What every file of the suite shares: the configured SDK, unique names, users, and assertions on Parse errors.
'use strict';

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const Parse = require('parse/node');

const settings = {
  url: process.env.PARSE_SERVER_URL ?? 'http://127.0.0.1:1337/parse',
  appId: process.env.PARSE_APP_ID ?? 'jsSuite',
  masterKey: process.env.PARSE_MASTER_KEY ?? 'jsSuiteMasterKey',
  javascriptKey: process.env.PARSE_JS_KEY,
};
const PASSWORD = 'correct horse';
const MASTER = { useMasterKey: true };

Parse.initialize(settings.appId, settings.javascriptKey, settings.masterKey);
Parse.serverURL = settings.url;

// A name no earlier run has used: the suite may run many times on one server.
const unique = prefix => prefix + randomBytes(6).toString('hex');

const as = user => ({ sessionToken: user.getSessionToken() });

const ids = objects => objects.map(object => object.id).sort();

const values = (objects, field) => objects.map(object => object.get(field));

const sorted = (objects, field) => values(objects, field).sort();

// A saved object of a class of its own, unless another class is named.
const stored = (fields = {}, className = unique('Thing')) => new Parse.Object(className).save(fields);

// Saves one object for each set of fields, one after the other, so that the order of creation is known.
async function rows(list, className = unique('Row')) {
  for (const fields of list) await new Parse.Object(className).save(fields);
  return className;
}

// One object for each value, in the field `v`.
const column = (list, className) =>
  rows(
    list.map(v => ({ v })),
    className,
  );

// The object as a client that has never seen it reads it.
const reread = (object, options) => new Parse.Query(object.className).get(object.id, options);

// A new user who is logged in on a device of its own.
async function person(fields = {}) {
  const user = new Parse.User({ username: unique('user'), password: PASSWORD, ...fields });
  return user.signUp(null, { installationId: unique('device') });
}

async function refuses(code, promise, message) {
  await assert.rejects(promise, error => {
    assert.ok(error instanceof Parse.Error, `not a Parse error: ${error}`);
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.match(error.message, message instanceof RegExp ? message : exactly(message));
    return true;
  });
}

const exactly = text => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

// The same request as an SDK's, for what the SDK has no method for.
const request = (method, path, body = {}, options = {}) =>
  Parse.CoreManager.getRESTController().request(method, path, body, options);

module.exports = {
  assert,
  Parse,
  settings,
  PASSWORD,
  MASTER,
  unique,
  as,
  ids,
  values,
  sorted,
  stored,
  rows,
  column,
  reread,
  person,
  refuses,
  request,
};
