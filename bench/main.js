Parse.Cloud.define('hello', request => `Hello ${request.params.name}`);
