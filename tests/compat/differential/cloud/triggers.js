'use strict';
// The reference's side of triggers.py: keep the two alike.

// What a trigger is told, without what changes from run to run.
const told = request => ({
  triggerName: request.triggerName,
  master: request.master,
  isReadOnly: request.isReadOnly,
  user: request.user ? request.user.get('username') : null,
  installationId: request.installationId === undefined ? '(none)' : request.installationId,
  header: request.headers && request.headers['x-custom'] ? request.headers['x-custom'] : null,
  hasIp: typeof request.ip === 'string' && request.ip.length > 0,
  context: request.context,
});

const encoded = value => {
  if (value instanceof Parse.Object) return value.toPointer();
  return value instanceof Date ? { __type: 'Date', iso: value.toISOString() } : value;
};

const fieldsOf = object => {
  if (!object) return null;
  const { createdAt, updatedAt, ...fields } = object.attributes;
  const known = Object.entries(fields).filter(([, value]) => !(value instanceof Parse.Relation));
  return Object.fromEntries(known.map(([key, value]) => [key, encoded(value)]));
};

// Both save triggers of a class tell what they are given, in the answer of afterSave.
Parse.Cloud.beforeSave('TgTold', request => {
  request.context = { ...request.context, before: told(request) };
});
Parse.Cloud.afterSave('TgTold', request => {
  const { before, ...context } = request.context;
  return { before, after: told({ ...request, context }) };
});

const state = request => ({
  object: fieldsOf(request.object),
  original: fieldsOf(request.original),
  isNew: request.object.isNew(),
  hasId: typeof request.object.id === 'string',
  dirty: request.object.dirtyKeys().filter(key => key !== 'objectId').sort(),
});
for (const className of ['TgState', 'TgRelated']) {
  Parse.Cloud.beforeSave(className, request => {
    request.context = { before: state(request) };
  });
  Parse.Cloud.afterSave(className, request => {
    const { object, original } = state(request);
    return { before: request.context.before, after: { object, original } };
  });
}

// Changes of the object.
Parse.Cloud.beforeSave('TgChanged', request => {
  const object = request.object;
  switch (object.get('how')) {
    case 'set':
      object.set({ text: 'x', list: [1, { a: 1 }], map: { a: { b: 1 } }, none: null, at: new Date('2020-01-02T03:04:05.678Z') });
      break;
    case 'nested':
      object.set('map.inner', 'changed');
      break;
    case 'in place':
      object.set('list', [...object.get('list'), 'more']);
      break;
    case 'operations':
      object.increment('n', 5);
      object.add('list', 'added');
      object.addUnique('list', 'added');
      object.remove('tags', 'a');
      break;
    case 'unset':
      object.unset('text');
      break;
    case 'revert':
      object.revert('text');
      break;
    case 'acl': {
      const acl = new Parse.ACL();
      acl.setPublicReadAccess(true);
      object.setACL(acl);
      break;
    }
    case 'pointer': {
      const owner = new Parse.Object('TgOwner');
      owner.id = 'abcdefghij';
      object.set('owner', owner);
      break;
    }
    case 'bad name':
      object.set('bad-name', 1);
      break;
    case 'wrong type':
      object.set('how', 1);
      break;
  }
});

Parse.Cloud.beforeSave('TgSetUnset', request => {
  request.object.set('text', 'x');
  request.object.unset('text');
});

Parse.Cloud.beforeSave('TgReturned', () => ({ text: 'returned' }));

Parse.Cloud.beforeSave('TgLater', async request => {
  await new Promise(resolve => setTimeout(resolve, 5));
  request.object.set('later', true);
});

// Always refuses: what is answered instead comes before the trigger.
Parse.Cloud.beforeSave('TgNever', () => {
  throw new Parse.Error(4242, 'the trigger ran');
});

Parse.Cloud.beforeSave('TgRequired', request => {
  if (request.object.get('fill')) request.object.set('needed', 'filled');
});

// What afterSave may return or throw.
Parse.Cloud.afterSave('TgAnswered', request => {
  switch (request.object.get('how')) {
    case 'object':
      return { text: 'x', list: [1, null] };
    case 'date':
      return { at: new Date('2020-01-02T03:04:05.678Z') };
    case 'empty object':
      return {};
    case 'same':
      return request.object;
    case 'other': {
      const other = new Parse.Object('TgOther');
      other.set('text', 'x');
      return other;
    }
    case 'text':
      return 'text';
    case 'number':
      return 7;
    case 'false':
      return false;
    case 'later':
      return Promise.resolve({ later: true });
    case 'parse error':
      throw new Parse.Error(4242, 'too late');
    case 'error':
      throw new Error('too late');
    case 'changed':
      request.object.set('extra', 'set late');
      return;
  }
});

// Saves that follow a save.
Parse.Cloud.afterSave('TgCounted', async request => {
  if (request.original) return;
  const query = new Parse.Query('TgTotal');
  query.equalTo('name', request.object.get('name'));
  const total = (await query.first({ useMasterKey: true })) || new Parse.Object('TgTotal', { name: request.object.get('name') });
  total.increment('count');
  await total.save(null, { useMasterKey: true, context: { from: request.object.get('name') } });
});
Parse.Cloud.beforeSave('TgTotal', request => {
  request.object.set('from', request.context.from === undefined ? null : request.context.from);
  request.object.set('installation', request.installationId === undefined ? '(none)' : request.installationId);
  request.object.set('byMaster', request.master);
});

// The context goes from trigger to trigger.
Parse.Cloud.beforeSave('TgContext', request => {
  request.context.before = true;
  request.context.shared = { a: 1 };
});
Parse.Cloud.afterSave('TgContext', request => ({ ...request.context }));

// Deletes leave a trace.
const trace = async (step, request) => {
  const row = new Parse.Object('TgTrace');
  await row.save(
    { step, subject: request.object.id, name: request.object.get('name'), context: request.context, told: told(request) },
    { useMasterKey: true }
  );
};
Parse.Cloud.beforeDelete('TgDeleted', async request => {
  request.context.before = true;
  await trace('1 beforeDelete', request);
  if (request.object.get('how') === 'before') throw new Parse.Error(4242, 'stays');
  if (request.object.get('how') === 'before plain') throw new Error('stays');
});
Parse.Cloud.afterDelete('TgDeleted', async request => {
  await trace('2 afterDelete', request);
  if (request.object.get('how') === 'after') throw new Parse.Error(4242, 'too late');
  if (request.object.get('how') === 'after plain') throw new Error('too late');
  return { ignored: true };
});
Parse.Cloud.beforeFind('TgDeletedFound', request => {
  if (request.query._where.objectId === undefined) return;
  request.query.notEqualTo('hidden', true);
});
Parse.Cloud.beforeDelete('TgDeletedFound', () => {});
Parse.Cloud.afterFind('TgDeletedFoundAfter', request => {
  if (request.objects.some(object => object.get('refused'))) throw new Parse.Error(4242, 'not to be found');
  return request.objects;
});
Parse.Cloud.beforeDelete('TgDeletedFoundAfter', () => {});

// An SDK class instead of a name.
class TgSubclass extends Parse.Object {
  constructor() {
    super('TgSubclass');
  }
}
Parse.Object.registerSubclass('TgSubclass', TgSubclass);
Parse.Cloud.beforeSave(TgSubclass, request => {
  request.object.set('subclass', request.object instanceof TgSubclass);
});

// Built-in classes.
Parse.Cloud.beforeSave('_User', request => {
  const object = request.object;
  if (object.get('how') === 'refuse') throw new Parse.Error(4242, 'no such users');
  if (object.get('how') === 'tell') {
    object.set('seen', {
      password: object.get('password') === undefined ? null : object.get('password'),
      authData: object.get('authData') === undefined ? null : object.get('authData'),
      username: object.get('username') === undefined ? null : object.get('username'),
      isNew: object.isNew(),
    });
  }
  if (object.get('how') === 'rename') object.set('username', `${object.get('username')}.renamed`);
});
Parse.Cloud.afterSave('_User', request => {
  if (request.object.get('how') === 'token') {
    return { hasToken: typeof request.object.get('sessionToken') === 'string', isUpdate: !!request.original };
  }
});
Parse.Cloud.beforeDelete('_User', request => {
  if (request.object.get('how') === 'stay') throw new Parse.Error(4242, 'stays');
});
Parse.Cloud.beforeSave('_Role', request => {
  request.object.set('seen', request.object.get('name'));
});
Parse.Cloud.beforeSave('_Installation', request => {
  request.object.set('seen', request.object.get('deviceType'));
});
