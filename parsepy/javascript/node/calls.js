'use strict';
// The calls that run, and what they ask of the server meanwhile.

const { AsyncLocalStorage } = require('async_hooks');

const { refusalOf } = require('./errors');

class Calls {
  constructor(connection) {
    this.connection = connection;
    this.running = new AsyncLocalStorage();
    this.asked = new Map();
    this.last = 0;
  }

  // Run the work of a call and tell how it ended: what it asks for is asked in its name.
  async run(id, work) {
    let outcome;
    try {
      outcome = await this.running.run(id, work);
    } catch (error) {
      outcome = { error: refusalOf(error) };
    }
    try {
      this.connection.send('done', id, outcome);
    } catch (error) {
      this.connection.send('done', id, { error: refusalOf(error) });
    }
  }

  // Ask the server for something; outside of a call it is asked in nobody's name.
  ask(what, given) {
    const id = ++this.last;
    const call = this.running.getStore();
    return new Promise(resolve => {
      this.asked.set(id, resolve);
      this.connection.send('ask', id, call === undefined ? null : call, what, given);
    });
  }

  answered(id, answer) {
    const resolve = this.asked.get(id);
    this.asked.delete(id);
    if (resolve) resolve(answer);
  }
}

module.exports = { Calls };
