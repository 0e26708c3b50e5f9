'use strict';
// What handlers are given, made of what the server tells of a call. The order of keys is that of Parse Server.

const { decodingFor } = require('./decoding');
const { liveRequestsOf } = require('./live');
const { answering } = require('./response');

function requestsOf(Parse, calls, { config, log }) {
  const decode = decodingFor(Parse);
  const live = liveRequestsOf(Parse, decode);
  const builders = { function: ofFunction, job: ofJob, object: ofObject, find: ofFind, file: ofFile, config: ofConfig, ...live };

  const called = (handler, request, done) => Promise.resolve(handler(request)).then(done);

  // `given` is what the handler gets; `finish` calls it and gives what `done` makes of its result.
  function built(told) {
    const request = builders[told.kind](told);
    request.kind = told.kind;
    request.finish = request.finish || ((handler, done) => called(handler, request.given, done));
    return request;
  }

  // Calls that come from cloud code itself have neither headers nor address.
  const origin = told => ({ headers: told.headers || undefined, ip: told.ip || undefined });
  const user = told => (told.user ? decode.object(told.user) : undefined);

  function trigger(told, own) {
    const { triggerName, master, isReadOnly } = told;
    return { triggerName, ...own, master, isReadOnly, log, ...origin(told), config };
  }

  function identified(told, given) {
    if (told.user) given.user = decode.object(told.user);
    if (told.installationId) given.installationId = told.installationId;
    return given;
  }

  function ofFunction(told) {
    const given = {
      params: decode.parameter(told.params),
      config,
      master: told.master,
      isReadOnly: told.isReadOnly,
      user: user(told),
      installationId: told.installationId || undefined,
      log,
      ...origin(told),
      functionName: told.functionName,
      context: told.context,
    };
    const finish = (handler, done) =>
      handler.length >= 2 ? answering(handler, given).then(done) : called(handler, given, done);
    return { given, finish };
  }

  function ofJob(told) {
    const message = text => calls.ask('message', text);
    const { jobName, jobId } = told;
    return { given: { params: decode.parameter(told.params), log, ...origin(told), jobName, config, message, jobId } };
  }

  function ofObject(told) {
    const object = decode.changed(told.object);
    const given = trigger(told, { object });
    if (told.original) given.original = decode.object(told.original);
    else if (told.triggerName === 'afterSave') object._setExisted(false);
    given.context = told.context;
    const before = JSON.stringify(object._getSaveJSON());
    return { given: identified(told, given), object, before, id: object.id };
  }

  function ofFind(told) {
    const query = decode.query(told.query);
    const shown = JSON.stringify(query.toJSON());
    const given = trigger(told, told.objects ? { object: null } : { query, count: told.count });
    Object.assign(given, { isGet: told.isGet, context: told.context });
    if (told.objects) Object.assign(given, { query, objects: told.objects.map(decode.object) });
    return { given: identified(told, given), query, shown };
  }

  function ofFile(told) {
    const file = decode.file(told.file);
    const own = { file };
    if (told.fileSize !== undefined) own.fileSize = told.fileSize;
    if (told.responseHeaders) Object.assign(own, { forceDownload: false, responseHeaders: told.responseHeaders });
    const { triggerName, ...given } = trigger(told, own);
    return { given: identified(told, { ...own, triggerName, ...given }), file };
  }

  function ofConfig(told) {
    const given = trigger(told, { object: decode.config(told.object) });
    if (told.original) given.original = decode.config(told.original);
    given.context = told.context;
    return { given: identified(told, given) };
  }

  return { built };
}

module.exports = { requestsOf };
