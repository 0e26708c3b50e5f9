'use strict';
// Runs the cloud code of one app beside parsepy: node worker.js FD
// FD is one end of a socket pair; what goes over it stands in parsepy/javascript/connection.py.

const { createRequire } = require('module');
const path = require('path');
const { pathToFileURL } = require('url');
const { inspect } = require('util');
const { Worker } = require('worker_threads');

const { Calls } = require('./calls');
const { cloudFunctions } = require('./cloud');
const { Connection } = require('./connection');
const { Registry } = require('./registry');
const { restController } = require('./rest');
const { configOf, loggerOf } = require('./surroundings');

const NOT_FOUND = 'MODULE_NOT_FOUND';
const IS_MODULE = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE']);

class MissingSdkError extends Error {}

// The SDK that the project of the script installed, by itself or as a part of parse-server.
function loadParse(script) {
  const own = createRequire(script);
  const here = path.join(process.cwd(), 'main.js');
  const places = [() => own, () => createRequire(own.resolve('parse-server')), () => createRequire(here)];
  for (const place of places) {
    try {
      return place()('parse/node');
    } catch (error) {
      if (error.code !== NOT_FOUND) throw error;
    }
  }
  throw new MissingSdkError(`the npm package parse is not installed for ${script}`);
}

async function loadScript(script) {
  try {
    createRequire(script)(script);
  } catch (error) {
    if (!IS_MODULE.has(error.code)) throw error;
    await import(pathToFileURL(script).href);
  }
}

async function start(connection, { script, settings }) {
  const Parse = loadParse(script);
  global.Parse = Parse;
  Parse.initialize(settings.appId, settings.javascriptKey || 'unused', settings.masterKey);
  Parse.serverURL = settings.serverURL;
  const calls = new Calls(connection);
  const surroundings = { Parse, config: configOf(settings), log: loggerOf(connection) };
  const registry = new Registry(Parse, calls, surroundings);
  Object.assign(Parse.Cloud, cloudFunctions(Parse, registry, calls, surroundings.log));
  Object.defineProperty(Parse, 'Server', { configurable: true, get: () => surroundings.config });
  Parse.CoreManager.setRESTController(restController(Parse, calls));
  connection.on('call', (id, key, request) => calls.run(id, () => registry.run(key, request)));
  connection.on('answer', (id, answer) => calls.answered(id, answer));
  connection.on('ping', number => connection.send('pong', number));
  await loadScript(script);
  registry.isLoaded = true;
  connection.send('ready', registry.registered());
}

// Not the script's fault: a promise that nobody waited for. The log tells of it, and the rest goes on.
function survive(connection) {
  process.on('unhandledRejection', reason => {
    const told = reason instanceof Error ? reason.stack : `Unhandled rejection: ${inspect(reason)}`;
    connection.send('log', 'error', told);
  });
}

// A script that loops for ever does not notice that the server is gone: a thread of its own does.
const ORPHANED = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;

function main(fd) {
  new Worker(ORPHANED, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
  const connection = new Connection(fd, () => process.exit(0));
  survive(connection);
  connection.on('start', async given => {
    try {
      await start(connection, given);
    } catch (error) {
      const kind = error instanceof MissingSdkError ? 'sdk' : 'script';
      const text = error instanceof Error ? error.stack : String(error);
      connection.send('failed', kind, text);
      connection.end(() => process.exit(1));
    }
  });
}

main(Number(process.argv[2]));
