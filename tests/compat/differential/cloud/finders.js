'use strict';
// The reference's side of finders.py: keep the two alike.
// The client says in the context what a trigger is to do.

const told = request => ({
  triggerName: request.triggerName,
  master: request.master,
  isReadOnly: request.isReadOnly,
  isGet: request.isGet === undefined ? null : request.isGet,
  user: request.user ? request.user.get('username') : null,
  installationId: request.installationId === undefined ? '(none)' : request.installationId,
  header: request.headers && request.headers['x-custom'] ? request.headers['x-custom'] : null,
  hasIp: typeof request.ip === 'string' && request.ip.length > 0,
  className: request.query.className,
});

Parse.Cloud.beforeFind('FdTold', request => {
  const where = request.query.toJSON().where;
  request.context.before = { ...told(request), count: request.count, where };
});
Parse.Cloud.afterFind('FdTold', request => {
  request.objects.forEach(object => {
    object.set('told', { before: request.context.before, after: told(request), number: request.objects.length });
  });
});

const withId = (className, id) => {
  const object = new Parse.Object(className);
  object.id = id;
  return object;
};

const CHANGES = {
  equal: query => { query.equalTo('n', 2); },
  limit: query => { query.limit(1); },
  skip: query => { query.skip(1); },
  descending: query => { query.descending('n'); },
  include: query => { query.include('owner'); },
  select: query => { query.select('n'); },
  exclude: query => { query.exclude('text'); },
  or: () => Parse.Query.or(new Parse.Query('FdReplaced').equalTo('n', 1), new Parse.Query('FdReplaced').equalTo('n', 3)),
  other: () => new Parse.Query('FdReplaced').greaterThan('n', 1).limit(1),
  'other class': () => new Parse.Query('FdOther').equalTo('n', 2),
  same: query => query,
  later: async query => {
    await new Promise(resolve => setTimeout(resolve, 5));
    query.equalTo('n', 3);
  },
  text: () => 'text',
  null: () => null,
  'bad name': query => { query.equalTo('bad-name', 1); },
  throw: () => { throw new Parse.Error(4242, 'no finds'); },
  'throw plain': () => { throw new Error('no finds'); },
  unsaved: () => {
    const made = new Parse.Object('FdChanged');
    made.set('n', 7);
    return made;
  },
  'unsaved list': () => [1, 2].map(n => {
    const made = new Parse.Object('FdChanged');
    made.set('n', n);
    return made;
  }),
  'empty list': () => [],
  stored: (query, request) => request.context.ids.map(id => withId('FdChanged', id)),
};
for (const className of ['FdChanged', 'FdReplaced']) {
  Parse.Cloud.beforeFind(className, request => {
    const change = CHANGES[request.context.how];
    return change ? change(request.query, request) : undefined;
  });
}

const AFTER = {
  set: objects => {
    objects.forEach(object => {
      object.set('extra', 'set');
      object.unset('text');
    });
  },
  returned: objects => objects.filter(object => object.get('n') > 1).reverse(),
  unsaved: () => {
    const made = new Parse.Object('FdAfter');
    made.set('n', 7);
    return [made];
  },
  'empty list': () => [],
  later: async objects => {
    await new Promise(resolve => setTimeout(resolve, 5));
    return objects.slice(0, 1);
  },
  plain: () => [{ n: 7, text: 'plain' }],
  throw: () => { throw new Parse.Error(4242, 'not these'); },
  'throw plain': () => { throw new Error('not these'); },
};
Parse.Cloud.afterFind('FdAfter', request => {
  const change = AFTER[request.context.how];
  return change ? change(request.objects) : undefined;
});

// Objects that are pointed to.
Parse.Cloud.beforeFind('FdTarget', request => {
  request.query.notEqualTo('hidden', true);
});
Parse.Cloud.afterFind('FdTarget', request => {
  request.objects.forEach(object => object.set('seen', `${object.get('name')}!`));
});
Parse.Cloud.beforeFind('FdClosed', () => {
  throw new Parse.Error(4242, 'closed');
});

Parse.Cloud.beforeFind('_User', request => {
  if (request.context && request.context.how === 'nobody') request.query.equalTo('objectId', 'none');
});
Parse.Cloud.afterFind('_User', request => {
  request.objects.forEach(object => object.set('marked', true));
});
Parse.Cloud.define('marked', request => (request.user.get('marked') === undefined ? null : request.user.get('marked')));

Parse.Cloud.afterFind('_Role', request => request.objects.filter(role => role.get('name') !== 'FdHidden'));
Parse.Cloud.define('hiddenRole', () => 'passed', { requireAnyUserRoles: ['FdHidden'] });
