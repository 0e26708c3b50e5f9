// Writes one of everything that a Parse database can hold: node write.js PREFIX
// Names begin with PREFIX, so that two servers can write into one database one after the other.
// Prints what it made as JSON: {users, roles, objects, classes, files}.
'use strict';

const { connect } = require('./writers/server');
const people = require('./writers/people');
const classes = require('./writers/classes');
const objects = require('./writers/objects');
const permissions = require('./writers/permissions');
const system = require('./writers/system');

async function main(prefix) {
  const server = connect(prefix);
  for (const part of [people, classes, objects, permissions, system]) await part.write(server);
  process.stdout.write(JSON.stringify(server.made));
}

main(process.argv[2]).catch(error => {
  process.stderr.write(`${error && error.stack ? error.stack : JSON.stringify(error)}\n`);
  process.exit(1);
});
