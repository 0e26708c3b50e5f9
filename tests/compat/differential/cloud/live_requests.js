// What triggers of live queries are given: the names of its parts, and their types.

const given = {};

const shape = request => Object.entries(request).map(([name, value]) => [name, typeof value, value?.className || '']);
const note = (who, name, request) => {
  if (who) (given[who] = given[who] || []).push([name, shape(request)]);
};

Parse.Cloud.beforeConnect(request => note(request.installationId, 'beforeConnect', request));
Parse.Cloud.beforeSubscribe('Shown', request => note(request.query.toJSON().where.who, 'beforeSubscribe', request));
Parse.Cloud.afterLiveQueryEvent('Shown', request => note(request.installationId, `afterEvent ${request.event}`, request));
Parse.Cloud.onLiveQueryEvent(request => note(request.installationId, request.event, request));

Parse.Cloud.define('given', ({ params }) => given[params.who] || []);
