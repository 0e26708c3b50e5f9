'use strict';
// Parse's REST API for flows: prepares rows beforehand, and tells what the browser's work has come to.

class Rest {
  constructor({ server, appId, masterKey }) {
    this.server = server;
    this.headers = { 'X-Parse-Application-Id': appId };
    this.masterKey = masterKey;
  }

  // The status and body of any answer. `as` is a session token; without one the master key is sent.
  async ask(method, where, body, { as } = {}) {
    const key = as ? { 'X-Parse-Session-Token': as } : { 'X-Parse-Master-Key': this.masterKey };
    const answer = await fetch(`${this.server}/${where}`, {
      method,
      headers: { ...this.headers, ...key, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  async must(method, where, body, options) {
    const { status, body: answer } = await this.ask(method, where, body, options);
    if (status >= 400) throw new Error(`${method} ${where}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  get(where, options) {
    return this.must('GET', where, undefined, options);
  }

  post(where, body = {}, options) {
    return this.must('POST', where, body, options);
  }

  put(where, body, options) {
    return this.must('PUT', where, body, options);
  }

  delete(where, options) {
    return this.must('DELETE', where, undefined, options);
  }

  // The rows of a class: find('Note', { stars: { $gt: 3 } }, 'order=text').
  async find(className, where = {}, more = '') {
    const query = `where=${encodeURIComponent(JSON.stringify(where))}${more && `&${more}`}`;
    return (await this.get(`classes/${className}?${query}`)).results;
  }

  async first(className, where = {}, more = '') {
    const [found] = await this.find(className, where, `limit=1${more && `&${more}`}`);
    return found;
  }

  async count(className, where = {}) {
    const query = `where=${encodeURIComponent(JSON.stringify(where))}&limit=0&count=1`;
    return (await this.get(`classes/${className}?${query}`)).count;
  }
}

module.exports = { Rest };
