'use strict';
// The SDK's requests go over the socket in place of HTTP: as nobody unless they say otherwise.

const SLASHES = /^\/+/;
const TOO_SPECIAL = 'X-Parse-File-Max-Upload-Size';

function restController(Parse, calls) {
  const manager = Parse.CoreManager;
  const overHttp = manager.getRESTController();

  async function request(method, path, data, options = {}) {
    const asked = { method, path: path.replace(SLASHES, ''), body: data || {}, ...powerOf(options) };
    if (options.context !== undefined) asked.context = options.context;
    if (typeof options.installationId === 'string') asked.installationId = options.installationId;
    const { status, body, headers } = await calls.ask('rest', asked);
    if (status >= 400) throw errorOf(body);
    return options.returnStatus ? { ...body, _status: status, _headers: headers } : body;
  }

  function powerOf(options) {
    const useMasterKey = options.useMasterKey === undefined ? manager.get('USE_MASTER_KEY') : options.useMasterKey;
    if (useMasterKey) return { power: 'master' };
    if (options.useMaintenanceKey) return { power: 'maintenance' };
    return typeof options.sessionToken === 'string' ? { sessionToken: options.sessionToken } : {};
  }

  // Uploads of bytes and removals of files, which the SDK sends to a URL. Streams, and what is not ours, go over HTTP.
  async function ajax(method, url, data, headers = {}, options) {
    const files = `${manager.get('SERVER_URL').replace(/\/$/, '')}/files/`;
    const isBytes = !data || Buffer.isBuffer(data);
    if (!url.startsWith(files) || !isBytes || headers[TOO_SPECIAL]) {
      return overHttp.ajax(method, url, data, headers, options);
    }
    const body = { base64: (data || Buffer.alloc(0)).toString('base64'), _ContentType: headers['Content-Type'] };
    const sessionToken = headers['X-Parse-Session-Token'];
    const power = headers['X-Parse-Master-Key'] ? { power: 'master' } : { sessionToken };
    const path = `files/${decodeURIComponent(url.slice(files.length))}`;
    const answer = await calls.ask('rest', { method, path, body, ...power });
    if (answer.status >= 400) throw answer.body;
    return { response: answer.body, status: answer.status, headers: answer.headers };
  }

  function errorOf(body) {
    const told = body && typeof body === 'object' ? body : {};
    return new Parse.Error(told.code, told.error || told.message);
  }

  return { ...overHttp, request, ajax };
}

module.exports = { restController };
