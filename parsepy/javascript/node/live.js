'use strict';
// Live queries: what their triggers are given, and what is left of it. The order of keys is that of Parse Server.

function liveRequestsOf(Parse, decode) {
  const known = value => (value === null ? undefined : value);
  const user = told => (told.user ? decode.object(told.user) : undefined);

  function counted(told) {
    const { clients, subscriptions, master: useMasterKey } = told;
    return { clients, subscriptions, sessionToken: known(told.sessionToken), useMasterKey, installationId: known(told.installationId) };
  }

  function connect(told) {
    return { given: { client: told.client, event: told.event, ...counted(told), user: user(told) } };
  }

  function subscribe(told) {
    const { keys, watch, ...json } = told.query;
    const query = decode.query(keys ? { ...json, keys } : json);
    if (watch) query._watch = watch;
    const given = { op: told.op, requestId: told.requestId, query };
    if (told.sessionToken !== null) given.sessionToken = told.sessionToken;
    if (told.user) given.user = user(told);
    return { given, shown: JSON.stringify(query.toJSON()) };
  }

  function event(told) {
    const object = decode.object(told.object);
    const original = told.original ? decode.object(told.original) : null;
    const { sessionToken, ...counts } = counted(told);
    const given = { event: told.event, sessionToken, object, original, ...counts, sendEvent: true };
    if (told.event === 'delete') delete given.original;
    if (told.user) given.user = user(told);
    return { given, object, original };
  }

  function server(told) {
    const { clients, subscriptions, ...who } = counted(told);
    const given = { event: told.event, clients, subscriptions };
    if (told.event === 'connect') return connect(told);
    if (told.event === 'ws_disconnect') return { given: { ...given, useMasterKey: who.useMasterKey, installationId: who.installationId, sessionToken: who.sessionToken } };
    if (told.client) return { given: { client: told.client, ...given, ...who } };
    return { given: told.error ? { ...given, error: told.error } : given };
  }

  return { connect, subscribe, event, server };
}

function liveOutcomesOf(encode) {
  const nothing = () => ({});

  function subscribe({ given, shown }) {
    const { query } = given;
    return JSON.stringify(query.toJSON()) === shown ? {} : { query: query.toJSON() };
  }

  function event({ given, object, original }) {
    const outcome = { sendEvent: Boolean(given.sendEvent), event: given.event };
    if (isOther(given.object, object)) outcome.object = encode.found(given.object);
    if (isOther(given.original, original)) outcome.original = encode.isObject(given.original) ? encode.found(given.original) : null;
    return outcome;
  }

  // What is no object does not count: the one before is told then.
  const isOther = (now, before) => (encode.isObject(now) ? now !== before || now.dirty() : Boolean(before) && now === null);

  return { connect: nothing, server: nothing, subscribe, event };
}

module.exports = { liveOutcomesOf, liveRequestsOf };
