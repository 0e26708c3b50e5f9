'use strict';
// What is left of a call: its result, and what it changed of what it was given.

const { encodingFor } = require('./encoding');
const { liveOutcomesOf } = require('./live');
const { Answered } = require('./response');

function outcomesOf(Parse) {
  const encode = encodingFor(Parse);
  const live = liveOutcomesOf(encode);
  const kinds = { function: ofFunction, job: ofJob, object: ofObject, find: ofFind, file: ofFile, config: () => ({}), ...live };

  function of(request, result) {
    const outcome = kinds[request.kind](request, result);
    const { context } = request.given;
    if (context !== undefined && context !== null) outcome.context = context;
    return outcome;
  }

  function ofFunction(request, result) {
    if (!(result instanceof Answered)) return { result: encode.result(result) };
    return { result: encode.result(result.result), status: result.status, headers: result.headers };
  }

  function ofJob(request, result) {
    return { result: typeof result === 'string' ? result : null };
  }

  function ofObject({ given, object, before, id }, result) {
    const outcome = {};
    const changes = object._getSaveJSON();
    if (JSON.stringify(changes) !== before) outcome.changes = changes;
    if (object.id !== id) outcome.id = object.id;
    if (result !== undefined && result !== object && given.triggerName === 'afterSave') {
      outcome.result = encode.isObject(result) ? encode.answered(result) : result;
    }
    return outcome;
  }

  function ofFind({ given, query, shown }, result) {
    if (given.objects !== undefined) {
      const objects = result === undefined || result === null ? given.objects : result;
      return { result: Array.isArray(objects) ? objects.map(encode.found) : objects };
    }
    const outcome = { readPreferences: [given.readPreference, given.includeReadPreference, given.subqueryReadPreference] };
    if (encode.isQuery(result) && result !== query) return { ...outcome, other: encode.query(result) };
    if (encode.isObject(result)) return { ...outcome, objects: [encode.found(result)] };
    if (Array.isArray(result)) return { ...outcome, objects: result.map(encode.found) };
    return JSON.stringify(query.toJSON()) === shown ? outcome : { ...outcome, query: encode.query(query) };
  }

  function ofFile({ given, file }, result) {
    const chosen = encode.isFile(result) ? result : result && encode.isFile(result.file) ? result.file : file;
    const { forceDownload, responseHeaders } = given;
    return { file: encode.file(chosen), isOther: chosen !== file, forceDownload: Boolean(forceDownload), responseHeaders };
  }

  return { of };
}

module.exports = { outcomesOf };
