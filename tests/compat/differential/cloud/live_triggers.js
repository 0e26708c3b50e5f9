// Triggers of live queries; live_triggers.py does the same. What they do to a client or a room stands in `how`.

const seen = [];

Parse.Cloud.beforeConnect(request => {
  const how = (request.installationId || '').split('-')[0];
  seen.push({ who: request.installationId, event: 'before', user: request.user ? request.user.id : null });
  if (how === 'refused') throw new Parse.Error(119, 'Not you.');
  if (how === 'broken') throw new Error('It is broken.');
  if (how === 'text') throw 'A text.';
});

Parse.Cloud.beforeSubscribe('Room', request => {
  const { query } = request;
  switch (query.toJSON().where.how) {
    case 'refused':
      throw new Parse.Error(1234, 'No room.');
    case 'open':
      query.equalTo('open', true);
      break;
    case 'own':
      query.equalTo('owner', request.user ? request.user.id : 'nobody');
      break;
    case 'short':
      query.select('text');
      break;
    case 'watched':
      query.watch('text');
      break;
    case 'other':
      request.query = new Parse.Query('Room').equalTo('tag', query.toJSON().where.tag);
      break;
    case 'wrong':
      query._where = { $or: 1 };
      break;
  }
});

Parse.Cloud.afterLiveQueryEvent('Room', request => {
  const { object, original } = request;
  switch (object.get('how')) {
    case 'dropped':
      request.sendEvent = object.get('text') !== 'drop';
      break;
    case 'renamed':
      request.event = 'leave';
      break;
    case 'unknown':
      request.event = 'nonsense';
      break;
    case 'marked':
      object.set('mark', `${request.event} for ${request.user ? request.user.id : 'nobody'}`);
      object.set('list', [1, { a: 1 }]);
      object.increment('n');
      break;
    case 'taken':
      object.unset('text');
      break;
    case 'told':
      if (original) original.set('text', 'told');
      break;
    case 'replaced':
      request.object = new Parse.Object('Cellar', { text: 'below' });
      break;
    case 'plain':
      request.object = { text: 'plain' };
      break;
    case 'refused':
      throw new Parse.Error(1234, 'Not told.');
    case 'broken':
      throw new Error('It is broken.');
  }
});

const empty = () => {};

Parse.Cloud.beforeSubscribe('Members', empty, { requireUser: true });
Parse.Cloud.beforeSubscribe('Club', empty, { requireAnyUserRoles: ['Nobodies'] });
Parse.Cloud.beforeSubscribe('Checked', empty, request => {
  if (!request.user) throw new Parse.Error(1234, 'Checked.');
});
Parse.Cloud.afterLiveQueryEvent('Told', empty, { requireUser: true });
Parse.Cloud.afterLiveQueryEvent('Full', empty, { fields: ['text'] });
Parse.Cloud.afterLiveQueryEvent('Filled', empty, { fields: { n: { type: Number, default: 7 } } });

Parse.Cloud.onLiveQueryEvent(request => {
  const who = request.installationId;
  if (who) seen.push({ who, event: request.event });
});
Parse.Cloud.onLiveQueryEvent(request => {
  if (request.event === 'connect' && request.installationId) {
    seen.push({ who: request.installationId, event: 'again', master: request.useMasterKey });
  }
});

Parse.Cloud.define('seen', ({ params }) => seen.filter(({ who }) => who === params.who).map(({ who, ...rest }) => rest));
