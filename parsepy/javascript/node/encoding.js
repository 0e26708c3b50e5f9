'use strict';
// Values of the SDK become JSON of the server.

function encodingFor(Parse) {
  const { Object: ParseObject, File: ParseFile, Query: ParseQuery } = Parse;

  // The result of a function: objects are written out.
  const result = value => Parse._encode(value);

  // An object as clients are answered; what cloud code set goes out as JSON writes it.
  function answered(object) {
    const json = object.toJSON();
    for (const name of object.dirtyKeys()) {
      const value = object.get(name);
      if (value === undefined) delete json[name];
      else json[name] = value && value._toFullJSON ? value._toFullJSON() : value;
    }
    return json;
  }

  const found = item => (item instanceof ParseObject ? { ...answered(item), className: item.className } : item);

  function query(asked) {
    return { className: asked.className, ...asked.toJSON() };
  }

  function file(value) {
    const { format, type } = value._source || {};
    const base64 = value._data === undefined ? bytesOf(value._source) : value._data;
    return {
      name: value.name(),
      url: value.url() || null,
      base64: format === 'stream' ? null : base64,
      type: type || null,
      metadata: value.metadata(),
      tags: value.tags(),
      directory: typeof value.directory === 'function' ? value.directory() || null : null,
    };
  }

  function bytesOf(source) {
    if (!source) return null;
    return source.format === 'buffer' ? Buffer.from(source.buffer).toString('base64') : null;
  }

  const isObject = value => value instanceof ParseObject;
  const isFile = value => value instanceof ParseFile;
  const isQuery = value => value instanceof ParseQuery;
  return { result, answered, found, query, file, isObject, isFile, isQuery };
}

module.exports = { encodingFor };
