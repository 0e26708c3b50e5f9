'use strict';
// What every request of cloud code holds beside the call itself: the log and the configuration of the server.

const util = require('util');

const LEVELS = ['error', 'warn', 'info', 'verbose', 'debug', 'silly'];

const textOf = values => util.format(...values);

// Parse Server's names of levels; `log` takes the level first.
function loggerOf(connection) {
  const log = { log: (level, ...values) => connection.send('log', level, textOf(values)) };
  for (const level of LEVELS) {
    log[level] = (...values) => connection.send('log', level, textOf(values));
  }
  return log;
}

// `request.config` and `Parse.Server`: the settings by Parse Server's names.
function configOf(settings) {
  const mount = settings.publicServerURL || settings.serverURL;
  return { ...settings, applicationId: settings.appId, mount };
}

module.exports = { loggerOf, configOf };
