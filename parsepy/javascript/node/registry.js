'use strict';
// What the script registered, told to the server, and run when the server calls.

const { outcomesOf } = require('./outcomes');
const { requestsOf } = require('./requests');
const { checked, described, functionAt } = require('./validators');

const PLACE = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/;

// `file:line` of the script that calls, for the log.
function placeOfCaller() {
  const lines = new Error('place').stack.split('\n').slice(1);
  const found = PLACE.exec(lines.find(line => !line.includes(__dirname)) || '');
  return found ? `${found[1].replace('file://', '')}:${found[2]}` : '';
}

class Registry {
  constructor(Parse, calls, surroundings) {
    this.Parse = Parse;
    this.calls = calls;
    this.requests = requestsOf(Parse, calls, surroundings);
    this.outcomes = outcomesOf(Parse);
    this.hooks = new Map();
    this.isLoaded = false;
  }

  // Register `{kind, name}`. The last one of a key counts, as in Parse Server. Throws for a validator that is none.
  register(told, handler, validator) {
    if (typeof told.name !== 'string') return;
    checked(validator);
    const key = `${told.kind} ${told.name}`;
    const rules = described(this.Parse, validator);
    const entry = { ...told, key, rules, isTwice: this.hooks.has(key), place: placeOfCaller() };
    this.hooks.set(key, { handler, validator, entry });
    if (this.isLoaded) this.calls.connection.send('registered', this.registered());
  }

  // Of some kinds all count: each gets a name of its own, the first an empty one.
  nameOfNext(kind) {
    const count = this.registered().filter(entry => entry.kind === kind).length;
    return count ? String(count + 1) : '';
  }

  registered() {
    return [...this.hooks.values()].map(hook => hook.entry);
  }

  // Run what is registered under a key, or with `rule` a function inside of its validator.
  async run(key, { request: told, rule, values }) {
    const hook = this.hooks.get(key);
    if (!hook) throw new Error(`Nothing is registered as ${key}.`);
    if (told === undefined) return this.asked(functionAt(hook.validator, rule), values);
    const request = this.requests.built(told);
    if (rule === undefined) return request.finish(hook.handler, result => this.outcomes.of(request, result));
    await functionAt(hook.validator, rule)(request.given);
    return this.outcomes.of(request, undefined);
  }

  async asked(question, values) {
    const answer = await question(...values.map(value => this.Parse._decode(undefined, value)));
    return { result: this.Parse._encode(answer) };
  }
}

module.exports = { Registry };
