'use strict';
// Starts the real Parse Server from a JSON file of its options: node reference.cjs CONFIG.json
// Prints "ready PORT" once it listens. Stops on SIGTERM. Logs and files stay in the current folder.
// FSFilesAdapter keeps its files in ./files/<filesSubDirectory>: neither store of the oracle has GridFS.
const fs = require('fs');
const { ParseServer } = require('parse-server');
const FSFilesAdapter = require('@parse/fs-files-adapter');

// A JSON file cannot hold a RegExp; {"$regexp": "source"} stands for one.
function revive(_key, value) {
  return value && typeof value === 'object' && typeof value.$regexp === 'string' ? new RegExp(value.$regexp) : value;
}

async function main(file) {
  const options = JSON.parse(fs.readFileSync(file, 'utf8'), revive);
  const server = await ParseServer.startApp({
    mountPath: '/parse',
    host: '127.0.0.1',
    filesAdapter: new FSFilesAdapter({ filesSubDirectory: options.appId }),
    ...options,
  });
  process.stdout.write(`ready ${server.server.address().port}\n`);
}

// Parse Server's own listener waits for every client connection to close; a test must not.
process.prependListener('SIGTERM', () => process.exit(0));

main(process.argv[2]).catch(error => {
  process.stderr.write(`${error && error.stack ? error.stack : error}\n`);
  process.exit(1);
});
