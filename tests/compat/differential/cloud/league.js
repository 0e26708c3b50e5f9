'use strict';
// The cloud code of a made-up league: every function of Parse.Cloud, with calls of the SDK in most of what it registers.
// The same file runs on the reference and, through a Node worker, on parsepy; see scenarios/league_*.py.

const MASTER = { useMasterKey: true };
const asCaller = request => (request.user ? { sessionToken: request.user.getSessionToken() } : {});
const query = (name, tag) => new Parse.Query(name).equalTo('tag', tag).ascending('name');
const names = objects => objects.map(object => object.get('name'));
const pointer = (name, id) => Parse.Object.fromJSON({ __type: 'Pointer', className: name, objectId: id });
const publicRead = () => {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  return acl;
};
const refused = async promise => {
  try {
    await promise;
    return 'allowed';
  } catch (error) {
    return { code: error.code, message: error.message };
  }
};

class LgTeam extends Parse.Object {
  constructor() {
    super('LgTeam');
  }

  title() {
    return `Team ${this.get('name')}`;
  }
}
Parse.Object.registerSubclass('LgTeam', LgTeam);

// Functions that read and write

Parse.Cloud.define('lgHello', request => `Hello ${request.params.name || 'stranger'}`);

Parse.Cloud.define('lgMakeTeam', async request => {
  const { tag, name, players } = request.params;
  const team = new LgTeam();
  team.set({ tag, name, points: 0 });
  team.setACL(publicRead());
  await team.save(null, MASTER);
  const made = players.map((player, index) => {
    const object = new Parse.Object('LgPlayer');
    return object.set({ tag, name: player, number: index + 1, team, skills: ['run'] });
  });
  await Parse.Object.saveAll(made, MASTER);
  team.relation('squad').add(made);
  team.set('captain', made[0]);
  await team.save(null, MASTER);
  return { team, title: team.title(), players: names(made), isNew: team.isNew(), keys: team.dirtyKeys() };
});

Parse.Cloud.define('lgTeam', async request => {
  const found = await query('LgTeam', request.params.tag).include('captain.team').first(MASTER);
  const squad = await found.relation('squad').query().ascending('number').find(MASTER);
  return { found, captain: found.get('captain').get('name'), squad: names(squad), of: found.constructor.name };
});

Parse.Cloud.define('lgSearch', async request => {
  const { tag } = request.params;
  const base = () => query('LgPlayer', tag);
  const teams = new Parse.Query('LgTeam').equalTo('tag', tag).startsWith('name', 'Re');
  const both = Parse.Query.and(base().greaterThan('number', 1), base().lessThan('number', 3));
  const either = Parse.Query.or(base().equalTo('number', 1), base().equalTo('number', 3));
  return {
    either: names(await either.ascending('name').find(MASTER)),
    both: names(await both.find(MASTER)),
    neither: names(await Parse.Query.nor(base().equalTo('number', 1), new Parse.Query('LgPlayer').notEqualTo('tag', tag)).ascending('name').find(MASTER)),
    inTeam: names(await base().matchesQuery('team', teams).find(MASTER)),
    notInTeam: names(await base().doesNotMatchQuery('team', teams).find(MASTER)),
    regex: names(await base().matches('name', /^a/i).find(MASTER)),
    contained: names(await base().containedIn('number', [2, 3]).descending('number').find(MASTER)),
    missing: names(await base().doesNotExist('number').find(MASTER)),
    skilled: names(await base().containsAll('skills', ['run']).limit(2).skip(1).find(MASTER)),
    count: await base().count(MASTER),
    withCount: (({ count, results }) => ({ count, results: names(results) }))(await base().withCount().limit(1).find(MASTER)),
    selected: (await base().select('number').find(MASTER)).map(object => Object.keys(object.attributes).sort()),
    excluded: (await base().exclude('skills', 'team').find(MASTER)).map(object => Object.keys(object.attributes).sort()),
    json: base().lessThanOrEqualTo('number', 2).toJSON(),
  };
});

Parse.Cloud.define('lgWalk', async request => {
  const { tag } = request.params;
  const all = () => new Parse.Query('LgPlayer').equalTo('tag', tag);
  const walked = [];
  await all().each(object => { walked.push(object.get('name')); }, { ...MASTER, batchSize: 2 });
  const batches = [];
  await all().eachBatch(list => { batches.push(list.length); }, { ...MASTER, batchSize: 2 });
  return {
    walked: walked.sort(),
    batches,
    everything: names(await all().findAll(MASTER)).sort(),
    mapped: (await all().map(object => object.get('number'), MASTER)).sort(),
    reduced: await all().reduce((sum, object) => sum + object.get('number'), 0, MASTER),
    filtered: names(await all().filter(object => object.get('number') > 1, MASTER)).sort(),
  };
});

Parse.Cloud.define('lgStandings', async request => {
  const { tag } = request.params;
  const pipeline = [{ $match: { tag } }, { $group: { _id: '$tag', numbers: { $sum: '$number' }, players: { $sum: 1 } } }];
  const rows = await new Parse.Query('LgPlayer').aggregate(pipeline);
  const distinct = await new Parse.Query('LgPlayer').equalTo('tag', tag).distinct('number');
  return { rows: rows.map(({ numbers, players }) => ({ numbers, players })), distinct: distinct.sort() };
});

Parse.Cloud.define('lgTrain', async request => {
  const [player] = await query('LgPlayer', request.params.tag).find(MASTER);
  player.increment('goals', 10);
  player.add('skills', 'jump');
  player.addUnique('badges', 'first');
  player.set('form', { now: 'good', trend: [1, 2] });
  player.set('born', new Date('2001-02-03T04:05:06.789Z'));
  player.set('home', new Parse.GeoPoint(10, 20));
  player.set('area', new Parse.Polygon([[0, 0], [0, 1], [1, 1]]));
  const dirty = player.dirtyKeys().sort();
  const ops = { goals: player.op('goals').toJSON(), skills: player.op('skills').toJSON() };
  await player.save(null, MASTER);
  player.set('form.now', 'better');
  player.remove('skills', 'jump');
  player.unset('area');
  await player.save(null, MASTER);
  const again = await new Parse.Query('LgPlayer').get(player.id, MASTER);
  return { dirty, ops, again, same: again.equals(player), kilometers: Math.round(again.get('home').kilometersTo(new Parse.GeoPoint(10, 21))) };
});

Parse.Cloud.define('lgFetch', async request => {
  const found = await query('LgPlayer', request.params.tag).select('name').find(MASTER);
  const stubs = found.map(object => pointer('LgPlayer', object.id));
  await Parse.Object.fetchAll(stubs, MASTER);
  const one = pointer('LgPlayer', found[0].id);
  await one.fetchWithInclude('team', MASTER);
  const copy = one.clone();
  copy.set('name', 'Copy');
  one.set('name', 'Reverted');
  one.revert('name');
  return {
    numbers: stubs.map(object => object.get('number')),
    team: one.get('team').get('name'),
    copy: [copy.id === undefined, copy.get('name'), copy.get('number')],
    reverted: one.get('name'),
    available: [one.isDataAvailable(), pointer('LgPlayer', 'abcdefghij').isDataAvailable(), await one.exists(MASTER)],
  };
});

Parse.Cloud.define('lgDisband', async request => {
  const team = await query('LgTeam', request.params.tag).first(MASTER);
  const squad = await team.relation('squad').query().ascending('number').find(MASTER);
  team.relation('squad').remove(squad[0]);
  await team.save(null, MASTER);
  const left = await team.relation('squad').query().count(MASTER);
  await Parse.Object.destroyAll(squad, MASTER);
  await team.destroy(MASTER);
  return { left, players: await query('LgPlayer', request.params.tag).count(MASTER), gone: await refused(team.fetch(MASTER)) };
});

Parse.Cloud.define('lgErrors', async request => {
  const lost = pointer('LgPlayer', 'abcdefghij');
  const aggregate = new Parse.Query('LgPlayer').equalTo('tag', 'x');
  return {
    get: await refused(new Parse.Query('LgPlayer').get('abcdefghij', MASTER)),
    save: await refused(lost.save({ name: 'x' }, MASTER)),
    destroy: await refused(lost.destroy(MASTER)),
    destroyAll: await refused(Parse.Object.destroyAll([lost], MASTER)),
    key: await refused(new Parse.Object('LgPlayer').save({ 'bad-name': 1 }, MASTER)),
    type: await refused(new Parse.Object('LgPlayer').save({ name: 'x', number: 'x' }, MASTER)),
    session: await refused(aggregate.find({ sessionToken: 'r:00000000000000000000000000000000' })),
    run: await refused(Parse.Cloud.run('lgNobody', {})),
    fails: await refused(Parse.Cloud.run('lgFail', { how: 'parse' })),
    login: await refused(Parse.User.logIn('nobody', 'wrong')),
    schema: await refused(new Parse.Schema('LgNone').get()),
  };
});

Parse.Cloud.define('lgSchema', async request => {
  const schema = new Parse.Schema(request.params.className);
  schema.addString('title').addNumber('size', { required: true, defaultValue: 1 }).addPointer('player', 'LgPlayer');
  const made = await schema.save();
  await new Parse.Schema(request.params.className).addBoolean('open').update();
  const found = await new Parse.Schema(request.params.className).get();
  const saved = await new Parse.Object(request.params.className, { title: 'x' }).save(null, MASTER);
  await new Parse.Schema(request.params.className).purge();
  await new Parse.Schema(request.params.className).delete();
  return { made: Object.keys(made.fields).sort(), found: found.fields.open, size: saved.get('size') };
});

// Users, sessions, roles

Parse.Cloud.define('lgWho', request => ({
  user: request.user ? request.user.get('username') : null,
  isUser: request.user instanceof Parse.User,
  hasToken: Boolean(request.user && request.user.getSessionToken()),
  authenticated: Boolean(request.user && request.user.authenticated()),
  master: request.master,
  readOnly: request.isReadOnly,
  keys: Object.keys(request),
  context: request.context,
}));

Parse.Cloud.define('lgRights', async request => {
  const { tag } = request.params;
  const secret = new Parse.Object('LgSecret', { tag, name: 'secret' });
  secret.setACL(new Parse.ACL(request.user));
  await secret.save(null, MASTER);
  const ask = options => query('LgSecret', tag).count(options);
  return { nobody: await ask(), caller: await ask(asCaller(request)), master: await ask(MASTER), write: await refused(secret.save({ name: 'other' })) };
});

Parse.Cloud.define('lgAccount', async request => {
  const { username } = request.params;
  const user = new Parse.User();
  user.set({ username, password: 'secret', city: 'Rome' });
  await user.signUp(null, MASTER);
  const entered = await Parse.User.logIn(username, 'secret');
  const token = entered.getSessionToken();
  const me = await Parse.User.me(token);
  const checked = await Parse.User.verifyPassword(username, 'secret');
  const sessions = await new Parse.Query(Parse.Session).equalTo('user', user).count(MASTER);
  const mine = await new Parse.Query(Parse.User).equalTo('username', username).find({ sessionToken: token });
  entered.set('city', 'Oslo');
  await entered.save(null, { sessionToken: token });
  const found = await new Parse.Query('_User').get(user.id, MASTER);
  const left = await refused(Parse.User.logOut({ sessionToken: token }));
  const other = await Parse.User.loginAs(user.id);
  return {
    me: me.get('username'),
    checked: checked.city,
    sessions,
    mine: mine.length,
    city: found.get('city'),
    email: found.get('email') === undefined,
    left,
    after: await refused(Parse.User.me(token)),
    other: Boolean(other.getSessionToken()),
    current: Parse.User.current(),
  };
});

Parse.Cloud.define('lgRole', async request => {
  const { name, tag } = request.params;
  const role = new Parse.Role(name, publicRead());
  role.getUsers().add(request.user);
  await role.save(null, MASTER);
  const chief = new Parse.Role(`${name}Chief`, publicRead());
  chief.getRoles().add(role);
  await chief.save(null, MASTER);
  const acl = new Parse.ACL();
  acl.setRoleReadAccess(chief, true);
  await new Parse.Object('LgSecret', { tag, name: 'for chiefs' }).setACL(acl).save(null, MASTER);
  const users = await role.getUsers().query().find(MASTER);
  const roles = await new Parse.Query(Parse.Role).equalTo('users', request.user).find(MASTER);
  return { users: users.length, roles: roles.map(found => found.getName()), reads: await query('LgSecret', tag).count(asCaller(request)) };
});

// Configuration, files, jobs, mails, other functions

Parse.Cloud.define('lgConfig', async () => {
  const saved = await Parse.Config.save({ season: 3, opening: new Date('2020-01-02T03:04:05.678Z'), hidden: 'x' }, { hidden: true });
  const seen = await Parse.Config.get();
  const all = await Parse.Config.get(MASTER);
  return { saved: saved.get('season'), hidden: seen.get('hidden') === undefined, opening: seen.get('opening'), all: all.get('hidden') };
});

Parse.Cloud.define('lgFile', async request => {
  const file = new Parse.File('crest.txt', { base64: Buffer.from('a lion').toString('base64') }, 'text/plain');
  await file.save(MASTER);
  const team = new Parse.Object('LgCrest', { tag: request.params.tag, file });
  await team.save(null, MASTER);
  const found = await query('LgCrest', request.params.tag).first(MASTER);
  return { name: found.get('file').name() === file.name(), isFile: found.get('file') instanceof Parse.File };
});

Parse.Cloud.define('lgOther', async request => ({
  plain: await Parse.Cloud.run('lgHello', { name: 'inner' }),
  context: (await Parse.Cloud.run('lgWho', {}, { ...asCaller(request), context: { from: 'outer' } })),
  master: (await Parse.Cloud.run('lgWho', {}, MASTER)).master,
  values: await Parse.Cloud.run('lgKinds', { date: new Date(0), list: [1] }),
}));

Parse.Cloud.define('lgKinds', request => ({
  date: request.params.date,
  isDate: request.params.date instanceof Date,
  point: new Parse.GeoPoint(1, 2),
  acl: publicRead(),
  file: Parse.File.fromJSON({ __type: 'File', name: 'a.txt', url: 'https://files.example/a.txt' }),
  pointer: pointer('LgPlayer', 'abcdefghij'),
  nothing: undefined,
  nan: NaN,
  list: [undefined, null, 1],
}));

Parse.Cloud.define('lgJobs', async request => {
  const id = await Parse.Cloud.startJob('lgCount', { tag: request.params.tag });
  const status = await Parse.Cloud.getJobStatus(id);
  const { jobs } = await Parse.Cloud.getJobsData();
  return { name: status.get('jobName'), source: status.get('source'), jobs: jobs.filter(name => name.startsWith('lg')).sort() };
});

Parse.Cloud.define('lgMail', async () => {
  const sent = await Parse.Cloud.sendEmail({ to: 'ann@example.com', subject: 'Hi', text: 'Hello' });
  return { sent: sent === undefined, http: Parse.Cloud.httpRequest === undefined, useMasterKey: Parse.Cloud.useMasterKey() === undefined };
});

Parse.Cloud.define('lgLog', request => {
  for (const level of ['error', 'warn', 'info', 'verbose', 'debug', 'silly']) request.log[level](`a line of ${level}`);
  return [Parse.applicationId, typeof Parse.serverURL, request.config.applicationId, typeof Parse.Server];
});

Parse.Cloud.define('lgFail', request => {
  const how = {
    parse: () => { throw new Parse.Error(4242, 'own text'); },
    plain: () => { throw new Error('plain text'); },
    text: () => { throw 'only a text'; },
    object: () => { throw { code: 5, message: 'in an object' }; },
    rejected: () => Promise.reject(new Parse.Error(101, 'rejected')),
    nothing: () => { throw undefined; },
    type: () => request.params.none.none,
  };
  return how[request.params.how]();
});

Parse.Cloud.define('lgAnswer', (request, response) => {
  const how = {
    success: () => response.success({ a: 1 }),
    nothing: () => response.success(),
    status: () => response.status(201).header('X-League', 'yes').success('made'),
    error: () => response.status(402).error('not paid'),
    coded: () => response.error(new Parse.Error(4242, 'own text')),
    returned: () => 'returned',
    later: () => { setTimeout(() => response.success('later'), 5); },
    thrown: () => { throw new Error('thrown'); },
    statusReturned: () => {
      response.status(202);
      return new Parse.Object('LgPlayer', { name: 'x' }).save(null, MASTER).then(() => 'saved');
    },
  };
  return how[request.params.how]();
});

Parse.Cloud.define('lgAsync', async (request, response) => {
  const count = await query('LgTeam', request.params.tag).count(MASTER);
  response.header('X-Count', count).success(count);
});

Parse.Cloud.define('lg.dotted.name', () => 'dotted');
Parse.Cloud.define("lg'quoted", () => 'never');

// Validators

const params = request => request.params;
Parse.Cloud.define('lgUser', params, { requireUser: true });
Parse.Cloud.define('lgMaster', params, { requireMaster: true });
Parse.Cloud.define('lgAnyRole', params, { requireAnyUserRoles: async () => (await Parse.Config.get(MASTER)).get('roles') || ['LgNone'] });
Parse.Cloud.define('lgAllRoles', params, { requireAllUserRoles: ['LgNone', 'LgOther'] });
Parse.Cloud.define('lgUserKeys', params, { requireUserKeys: { city: { options: value => value === 'Rome', error: 'Come from Rome.' } } });
Parse.Cloud.define('lgFieldList', params, { fields: ['a', 'b'], validateMasterKey: true });
Parse.Cloud.define('lgFields', params, {
  fields: {
    text: { type: String, required: true },
    number: { type: Number, default: 7, options: value => value < 10, error: 'Less than ten.' },
    list: { type: Array },
    on: { type: Boolean },
    map: { type: Object },
    choice: { options: ['a', 'b'] },
  },
});
Parse.Cloud.define('lgChecked', params, async request => {
  const count = await query('LgTeam', request.params.tag).count(MASTER);
  if (count !== request.params.count) throw `There are ${count}.`;
});
Parse.Cloud.define('lgLimited', () => 'ok', {
  rateLimit: { requestTimeWindow: 60000, requestCount: 2, errorResponseMessage: 'Slow down.' },
});

// Triggers of two classes

Parse.Cloud.beforeSave('LgTeam', async request => {
  const { object, original } = request;
  if (object.get('name') === 'Refused') throw new Parse.Error(4242, 'not this team');
  if (!original) object.set('founded', true);
  if (object.dirty('points')) object.set('rank', object.get('points') > 5 ? 'top' : 'rest');
  const twins = await new Parse.Query('LgTeam').equalTo('tag', object.get('tag')).equalTo('name', object.get('name')).notEqualTo('objectId', object.id || '').count(MASTER);
  if (twins) throw 'There is such a team.';
  request.context.checked = (request.context.checked || 0) + 1;
});
Parse.Cloud.afterSave('LgTeam', async request => {
  const note = new Parse.Object('LgNote');
  await note.save(
    {
      tag: request.object.get('tag'),
      name: `${request.original ? 'changed' : 'made'} ${request.object.get('name')}`,
      was: request.original ? request.original.get('points') || 0 : -1,
      context: request.context,
      keys: Object.keys(request),
    },
    MASTER
  );
});
Parse.Cloud.beforeDelete('LgTeam', async request => {
  if (request.object.get('points') > 5) throw new Parse.Error(4242, 'too good');
  request.context.stayed = await query('LgPlayer', request.object.get('tag')).count(MASTER);
});
Parse.Cloud.afterDelete('LgTeam', async request => {
  const note = new Parse.Object('LgNote', { tag: request.object.get('tag'), name: `gone ${request.object.get('name')}`, context: request.context });
  await note.save(null, MASTER);
});
Parse.Cloud.beforeFind(LgTeam, request => {
  if (!request.master) request.query.notEqualTo('hidden', true);
});
Parse.Cloud.afterFind('LgTeam', request => {
  request.objects.forEach(object => object.set('shown', `${object.title()}${request.isGet ? '!' : ''}`));
});

Parse.Cloud.beforeSave('LgPlayer', request => {
  if (request.object.isNew() && !request.object.has('number')) request.object.set('number', 99);
}, { fields: { name: { type: String, required: true }, number: { type: Number } }, validateMasterKey: true });
Parse.Cloud.afterSave('LgPlayer', request => ({ saved: request.object.get('name'), objectId: request.object.id, createdAt: request.object.createdAt, updatedAt: request.object.updatedAt }), { requireUser: true, skipWithMasterKey: true });
Parse.Cloud.beforeDelete('LgPlayer', () => {}, { requireMaster: true });
Parse.Cloud.beforeDelete('LgNever', () => {});
Parse.Cloud.afterDelete('LgPlayer', async request => {
  await new Parse.Object('LgNote', { tag: request.object.get('tag'), name: `left ${request.object.get('name')}` }).save(null, MASTER);
});
Parse.Cloud.beforeFind('LgPlayer', request => {
  const { how } = request.context || {};
  if (how === 'refuse') throw new Parse.Error(4242, 'no players');
  if (how === 'first') return new Parse.Query('LgPlayer').equalTo('number', 1).equalTo('tag', request.query.toJSON().where.tag);
  if (how === 'made') return [new Parse.Object('LgPlayer', { name: 'made up' })];
  if (how === 'include') request.query.include('team').select('name', 'team').descending('number');
  return undefined;
});
Parse.Cloud.afterFind('LgPlayer', async request => {
  if ((request.context || {}).how !== 'best') return request.objects;
  return request.objects.filter(object => object.get('number') === 1);
});

// Built-in classes, logins, files, configuration

Parse.Cloud.beforeSave(Parse.User, request => {
  if (request.object.get('city') === 'Nowhere') throw new Parse.Error(4242, 'no such city');
  if (!request.original) request.object.set('level', 1);
});
Parse.Cloud.afterSave(Parse.User, async request => {
  if (request.object.get('noted')) await new Parse.Object('LgNote', { tag: request.object.get('noted'), name: 'a user' }).save(null, MASTER);
});
Parse.Cloud.beforeSave(Parse.Role, request => request.object.set('seen', true));
Parse.Cloud.beforeSave(Parse.Installation, request => request.object.set('seen', request.object.get('deviceType')));
Parse.Cloud.beforeLogin(async request => {
  if (request.object.get('city') === 'Jail') throw new Parse.Error(4242, 'stay in');
});
Parse.Cloud.afterLogin(async request => {
  if (request.object.get('noted')) {
    await new Parse.Object('LgNote', { tag: request.object.get('noted'), name: 'logged in', same: request.user.id === request.object.id }).save(null, MASTER);
  }
});
Parse.Cloud.afterLogout(async request => {
  const user = await request.object.get('user').fetch(MASTER);
  if (user.get('noted')) await new Parse.Object('LgNote', { tag: user.get('noted'), name: 'logged out' }).save(null, MASTER);
});
Parse.Cloud.beforePasswordResetRequest(request => {
  if (request.object.get('city') === 'Jail') throw new Parse.Error(4242, 'no mail there');
});

Parse.Cloud.beforeSave(Parse.File, request => {
  if (request.file.name() === 'refused.txt') throw new Parse.Error(4242, `${request.fileSize} bytes too much`);
  if (request.file.name() === 'other.txt') return new Parse.File('changed.txt', { base64: Buffer.from('changed').toString('base64') });
  return undefined;
});
Parse.Cloud.afterSave(Parse.File, async request => {
  if (request.file.name().endsWith('noted.txt')) await new Parse.Object('LgNote', { tag: 'files', name: `file of ${request.fileSize}` }).save(null, MASTER);
});
Parse.Cloud.beforeDelete(Parse.File, request => {
  if (request.file.name().endsWith('kept.txt')) throw new Parse.Error(4242, 'kept');
});
Parse.Cloud.afterDelete(Parse.File, () => {});
Parse.Cloud.beforeFind(Parse.File, request => {
  if (request.file.name().endsWith('closed.txt')) throw new Parse.Error(4242, 'closed');
});
Parse.Cloud.afterFind(Parse.File, request => {
  request.responseHeaders['X-League'] = 'yes';
});
Parse.Cloud.beforeSave(Parse.Config, request => {
  if (request.object.get('season') === 13) throw new Parse.Error(4242, 'unlucky');
});
Parse.Cloud.afterSave(Parse.Config, () => {});

// Jobs

Parse.Cloud.job('lgCount', async request => {
  await request.message('counting');
  const count = await query('LgTeam', request.params.tag).count(MASTER);
  return `there are ${count}`;
});
Parse.Cloud.job('lgTalks', request => {
  request.message('still here');
});
Parse.Cloud.job('lgBreaks', () => {
  throw new Parse.Error(4242, 'the job broke');
});

// Live queries

Parse.Cloud.beforeConnect(() => {}, { requireUser: false });
Parse.Cloud.beforeSubscribe('LgTeam', () => {});
Parse.Cloud.afterLiveQueryEvent('LgTeam', () => {});
Parse.Cloud.onLiveQueryEvent(() => {});
