'use strict';
// Validators: what the server checks is told to it as JSON, functions inside of them stay here and are called by their path.

const TYPES = {
  requireUser: ['boolean'],
  requireMaster: ['boolean'],
  validateMasterKey: ['boolean'],
  skipWithMasterKey: ['boolean'],
  requireAnyUserRoles: ['array', 'function'],
  requireAllUserRoles: ['array', 'function'],
  requireUserKeys: ['array', 'object'],
  fields: ['array', 'object'],
  rateLimit: ['object'],
};
const FIELD_TYPES = {
  type: null,
  default: null,
  options: ['array', 'function', 'any'],
  required: ['boolean'],
  constant: ['boolean'],
  error: ['string'],
};
const LIMITS = new Set([
  'requestPath',
  'requestMethods',
  'requestTimeWindow',
  'requestCount',
  'errorResponseMessage',
  'includeInternalRequests',
  'includeMasterKey',
  'redisUrl',
  'zone',
]);

const kindOf = value => (Array.isArray(value) ? 'array' : typeof value);

function check(rules, known) {
  for (const [key, value] of Object.entries(rules)) {
    if (!Object.hasOwn(known, key)) throw `${key} is not a supported parameter for Cloud Function validations.`;
    const expected = known[key];
    const actual = kindOf(value);
    if (expected && !expected.includes('any') && !expected.includes(actual)) {
      throw `Invalid type for Cloud Function validation key ${key}. Expected ${expected.join('|')}, actual ${actual}`;
    }
  }
}

// Throws for a validator with unknown parts, in the words of Parse Server.
function checked(validator) {
  if (!validator || typeof validator === 'function') return;
  check(validator, TYPES);
  for (const rules of [validator.fields, validator.requireUserKeys]) {
    if (kindOf(rules) !== 'object') continue;
    for (const rule of Object.values(rules)) check(rule, FIELD_TYPES);
  }
  for (const key of Object.keys(validator.rateLimit || {})) {
    if (!LIMITS.has(key)) throw `Invalid rate limit option "${key}"`;
  }
}

// JSON of a validator; functions stand as `{"$function": path}`, types by their names.
function described(Parse, value, path = []) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') {
    return path.at(-1) === 'type' ? value.name.toLowerCase() : { $function: path };
  }
  if (Array.isArray(value)) return value.map((item, index) => described(Parse, item, [...path, index]));
  if (value instanceof RegExp) return value.source;
  if (Object.getPrototypeOf(value) !== Object.prototype) return Parse._encode(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, described(Parse, item, [...path, key])]));
}

const functionAt = (validator, path) => path.reduce((found, key) => found[key], validator);

module.exports = { checked, described, functionAt };
