'use strict';
// JSON of the server becomes values of the SDK.

function decodingFor(Parse) {
  const { Object: ParseObject, File: ParseFile, Query: ParseQuery, Config: ParseConfig } = Parse;

  // Parameters: dates, files, pointers and the bytes of uploads; all other types stay JSON.
  function parameter(value) {
    if (Array.isArray(value)) return value.map(parameter);
    if (value === null || typeof value !== 'object') return value;
    switch (value.__type) {
      case 'Date':
        return new Date(value.iso);
      case 'File':
        return ParseFile.fromJSON(value);
      case 'Pointer':
        return ParseObject.fromJSON({ __type: 'Pointer', className: value.className, objectId: value.objectId });
      case 'Upload':
        return Buffer.from(value.base64, 'base64');
      default:
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parameter(item)]));
    }
  }

  const object = json => ParseObject.fromJSON(json);

  // An object as it is stored, with the changes under way.
  function changed({ stored, changes }) {
    const found = object(stored);
    for (const [path, change] of Object.entries(changes || {})) {
      const value = Parse._decode(undefined, change);
      const [root, ...below] = path.split('.');
      const isValue = !(change && change.__op);
      if (below.length && isValue) found.set(root, within(found.get(root), below, value));
      else found.set(path, value);
    }
    return found;
  }

  // A copy of a value with another one at a path inside of it.
  function within(whole, [key, ...below], value) {
    const copy = Array.isArray(whole) ? [...whole] : { ...whole };
    copy[key] = below.length ? within(copy[key], below, value) : value;
    return copy;
  }

  function query({ className, ...json }) {
    const found = new ParseQuery(className).withJSON(json);
    if (json.limit === 0) found.limit(0);
    return found;
  }

  function config(params) {
    const found = new ParseConfig();
    for (const [name, value] of Object.entries(params)) found.attributes[name] = Parse._decode(undefined, value);
    return found;
  }

  function file({ name, url, base64, type, metadata, tags, directory }) {
    const source = base64 === null ? undefined : { base64 };
    const found = new ParseFile(name, source, type || undefined, metadata, tags, directory || undefined);
    if (url) found._url = url;
    return found;
  }

  return { parameter, object, changed, query, config, file };
}

module.exports = { decodingFor };
