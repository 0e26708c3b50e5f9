'use strict';
// Handlers with two parameters answer through the second one, or by what they return.

class Answered {
  constructor(result, status, headers) {
    Object.assign(this, { result, status, headers });
  }
}

const ONCE = 'Make sure to call success() or error() only once per cloud function execution.';
const onlyOnce = name => new Error(`Cannot call ${name}() after response has already been sent. ${ONCE}`);

// What the handler answers with. Waits for ever if it neither answers nor returns anything: the server gives it up.
function answering(handler, request) {
  let status;
  const headers = {};
  let isSent = false;
  return new Promise((resolve, reject) => {
    const send = (name, settle, value) => {
      if (isSent) throw onlyOnce(name);
      isSent = true;
      settle(value);
    };
    const succeed = value => resolve(new Answered(value, status, headers));
    const response = {
      success: value => send('success', succeed, value),
      error: value => send('error', reject, value),
      status: code => {
        status = code;
        return response;
      },
      header: (name, value) => {
        headers[name] = String(value);
        return response;
      },
    };
    Promise.resolve()
      .then(() => handler(request, response))
      .then(value => {
        if (value !== undefined && !isSent) send('success', succeed, value);
      })
      .catch(error => {
        if (!isSent) reject(error);
      });
  });
}

module.exports = { answering, Answered };
