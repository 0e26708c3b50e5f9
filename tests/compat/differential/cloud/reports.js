'use strict';
// What the scenarios of logs and of the security report call.
Parse.Cloud.define('say', async request => {
  request.log.info(`said ${request.params.word}`);
  return 'said';
});

Parse.Cloud.define('complain', async request => {
  request.log.error(`complained about ${request.params.word}`);
  return 'complained';
});
