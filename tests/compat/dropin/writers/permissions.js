// Classes with every kind of class-level permission, each with rows of ann and bob.
'use strict';

const OPERATIONS = ['find', 'get', 'count', 'create', 'update', 'delete', 'addField'];
const all = entity => Object.fromEntries(OPERATIONS.map(operation => [operation, { ...entity }]));

function kinds({ made, name }) {
  const { ann } = made.users;
  const anybody = all({ '*': true });
  return {
    Closed: all({}),
    SignedIn: all({ requiresAuthentication: true }),
    ByRole: all({ [`role:${name('Editors')}`]: true }),
    ByInheritedRole: all({ [`role:${name('Staff')}`]: true }),
    ByUser: all({ [ann.id]: true }),
    ByPointer: all({ pointerFields: ['owner'] }),
    ByList: { ...all({ pointerFields: ['owners'] }), create: { '*': true } },
    ByUserFields: { ...all({}), create: { '*': true }, readUserFields: ['owner', 'owners'], writeUserFields: ['owner'] },
    Mixed: { ...anybody, find: { requiresAuthentication: true }, create: {}, count: { [`role:${name('Admins')}`]: true } },
    Protected: {
      ...anybody,
      protectedFields: {
        '*': ['secret', 'roleSecret', 'own'],
        authenticated: ['roleSecret', 'own'],
        [`role:${name('Editors')}`]: ['own'],
        'userField:owner': [],
      },
    },
    DefaultAcl: { ...anybody, ACL: { '*': { read: true }, currentUser: { read: true, write: true } } },
  };
}

async function write(server) {
  const { define, create, userPointer, rest, name, made } = server;
  const fields = {
    owner: { type: 'Pointer', targetClass: '_User' },
    owners: { type: 'Array' },
    secret: { type: 'String' },
    roleSecret: { type: 'String' },
    own: { type: 'String' },
    label: { type: 'String' },
  };
  for (const [base, classLevelPermissions] of Object.entries(kinds(server))) {
    await define(base, { fields, classLevelPermissions });
    for (const key of ['ann', 'bob']) {
      await create(`${base}_${key}`, base, {
        label: key, owner: userPointer(key), owners: [userPointer(key), userPointer('cat')],
        secret: 'secret', roleSecret: 'for roles', own: 'for the owner',
      });
    }
  }
  await create('DefaultAcl_byAnn', 'DefaultAcl', { label: 'by ann' }, made.users.ann.token);
  // Tightened after there were rows.
  await define('Tightened', { fields: { label: { type: 'String' } } });
  await create('tightened', 'Tightened', { label: 'x' });
  await rest('PUT', `schemas/${name('Tightened')}`, { className: name('Tightened'), classLevelPermissions: { find: {}, get: { '*': true } } });
}

module.exports = { write };
