'use strict';
// What is thrown becomes what a client is told: a code if it is a Parse.Error, and a text.

function refusalOf(thrown) {
  const isObject = thrown !== null && typeof thrown === 'object';
  const told = { message: messageOf(thrown, isObject), stack: isObject && typeof thrown.stack === 'string' ? thrown.stack : '' };
  const { Error: ParseError } = global.Parse || {};
  if (ParseError && thrown instanceof ParseError) {
    told.code = thrown.code;
    told.message = thrown.message;
  }
  return told;
}

function messageOf(thrown, isObject) {
  if (!thrown) return '';
  if (!isObject) return thrown;
  return thrown.message ? thrown.message : thrown instanceof Error ? '' : thrown;
}

module.exports = { refusalOf };
