// The server that is written to: by the SDK, by plain REST, and a book of what was made.
'use strict';

const Parse = require('parse/node');

const URL = process.env.PARSE_SERVER_URL;
const APP = process.env.PARSE_APP_ID;
const MASTER_KEY = process.env.PARSE_MASTER_KEY;

const MASTER = { useMasterKey: true };

function connect(prefix) {
  Parse.initialize(APP, undefined, MASTER_KEY);
  Parse.serverURL = URL;
  const made = { prefix, users: {}, roles: {}, objects: {}, classes: [], files: {}, installations: {} };
  const name = base => prefix + base;

  // One request; `as` is 'master', 'client' or a session token. Fails with the whole answer.
  async function rest(method, path, body, as = 'master') {
    const headers = { 'X-Parse-Application-Id': APP, 'Content-Type': 'application/json' };
    if (as === 'master') headers['X-Parse-Master-Key'] = MASTER_KEY;
    else if (as !== 'client') headers['X-Parse-Session-Token'] = as;
    const answer = await fetch(`${URL}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  // Makes an object of PREFIXbase and keeps its id as `key`.
  async function create(key, base, fields, as) {
    const { objectId } = await rest('POST', `classes/${name(base)}`, fields, as);
    made.objects[key] = { className: name(base), id: objectId };
    return objectId;
  }

  const update = (key, fields) => rest('PUT', `classes/${made.objects[key].className}/${made.objects[key].id}`, fields);

  async function define(base, body) {
    await rest('POST', `schemas/${name(base)}`, { className: name(base), ...body });
    made.classes.push(name(base));
  }

  const pointer = key => ({ __type: 'Pointer', className: made.objects[key].className, objectId: made.objects[key].id });
  const userPointer = key => ({ __type: 'Pointer', className: '_User', objectId: made.users[key].id });
  const date = iso => ({ __type: 'Date', iso });

  return { Parse, MASTER, made, name, rest, create, update, define, pointer, userPointer, date };
}

module.exports = { connect };
