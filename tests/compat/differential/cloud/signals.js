// Triggers of logins, logouts and the configuration; signals.py does the same. What they saw is kept as objects of Seen.

async function note(what, details) {
  const seen = new Parse.Object('Seen');
  await seen.save({ what, ...details }, { useMasterKey: true });
}

const told = request => ({
  trigger: request.triggerName,
  master: request.master,
  isReadOnly: request.isReadOnly,
  installation: request.installationId || '(none)',
  caller: request.user ? request.user.get('username') : '(nobody)',
  context: request.context || {},
});

Parse.Cloud.beforeLogin(async request => {
  const user = request.object;
  const name = user.get('username') || '';
  await note(name, {
    ...told(request),
    of: user.className,
    hasId: Boolean(user.id),
    fields: Object.keys(user.toJSON()).filter(key => key !== 'ACL').sort(),
    providers: Object.keys(user.get('authData') || {}),
  });
  if (user.get('banned')) {
    throw user.get('banned') === 'code' ? new Parse.Error(1234, 'you are banned') : 'banned';
  }
  request.context.fromBeforeLogin = true;
});

Parse.Cloud.afterLogin(async request => {
  const user = request.object;
  await note(user.get('username') || '', {
    ...told(request),
    same: request.user.id === user.id,
    hasToken: Boolean(user.getSessionToken()),
  });
  if (user.get('failsAfter')) {
    throw new Parse.Error(4321, 'after all');
  }
});

Parse.Cloud.afterLogout(async request => {
  const session = request.object;
  await note(session.get('user').id, {
    ...told(request),
    of: session.className,
    hasToken: Boolean(session.get('sessionToken')),
    createdWith: session.get('createdWith'),
  });
});

Parse.Cloud.beforeSave(Parse.Config, async request => {
  const config = request.object;
  await note('config', {
    ...told(request),
    word: config.get('word') === undefined ? '(none)' : config.get('word'),
    hadWord: request.original ? request.original.get('word') || '(none)' : '(new)',
  });
  if (config.get('word') === 'forbidden') {
    throw new Parse.Error(5000, 'not that word');
  }
  if (config.get('word') === 'broken') {
    throw new Error('broken hook');
  }
  request.context.word = 'seen before';
});

Parse.Cloud.afterSave(Parse.Config, async request => {
  const config = request.object;
  await note('config', {
    ...told(request),
    word: config.get('word') || '(none)',
    other: config.get('other') || '(none)',
    isDate: config.get('day') instanceof Date,
    hadWord: request.original ? request.original.get('word') || '(none)' : '(new)',
  });
  if (config.get('word') === 'late') {
    throw new Parse.Error(5001, 'too late');
  }
});
