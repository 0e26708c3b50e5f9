// Triggers, seen from the client: what they change, refuse, record and are told. The triggers are in cloud/.
'use strict';

const { test } = require('node:test');
const {
  assert,
  Parse,
  PASSWORD,
  MASTER,
  unique,
  as,
  ids,
  values,
  stored,
  reread,
  person,
  refuses,
  request,
} = require('./support');

const FAILED = Parse.Error.SCRIPT_FAILED;
const INVALID = Parse.Error.VALIDATION_ERROR;

// The classes are shared by all runs: each test marks its objects, and looks for its mark only.
async function marked(className, list, options = MASTER) {
  const tag = unique('tag');
  for (const fields of list) await new Parse.Object(className, { tag, ...fields }).save(null, options);
  return () => new Parse.Query(className).equalTo('tag', tag);
}

const audits = object => new Parse.Query('JsAudit').equalTo('of', object.id).ascending('createdAt').find(MASTER);

test('beforeSave changes what is saved and the client is told', async () => {
  const object = await stored({ score: 500 }, 'JsClamped');

  assert.deepEqual([object.get('score'), object.get('checked')], [100, true]);
  assert.deepEqual([(await reread(object)).get('score'), (await reread(object)).get('checked')], [100, true]);
});

test('beforeSave runs on updates', async () => {
  const object = await stored({ score: 1 }, 'JsClamped');
  await object.save({ score: 101 });

  assert.equal(object.get('score'), 100);
  assert.equal((await reread(object)).get('score'), 100);
});

test('beforeSave runs for every object of a saveAll', async () => {
  const objects = await Parse.Object.saveAll([1, 200].map(score => new Parse.Object('JsClamped', { score })));

  assert.deepEqual(values(objects, 'score'), [1, 100]);
  assert.deepEqual(values(objects, 'checked'), [true, true]);
});

test('an error of beforeSave keeps its code and text', async () => {
  await refuses(4242, stored({ how: 'code' }, 'JsRefused'), 'refused with a code');
});

test('any other failure of beforeSave becomes a script error', async () => {
  await refuses(FAILED, stored({ how: 'plain' }, 'JsRefused'), 'refused plainly');
});

test('what beforeSave refuses is not saved', async () => {
  const tag = unique('tag');
  await refuses(4242, stored({ how: 'code', tag }, 'JsRefused'));

  assert.equal(await new Parse.Query('JsRefused').equalTo('tag', tag).count(), 0);
});

test('an update that beforeSave refuses changes nothing', async () => {
  const object = await stored({ how: 'ok', n: 1 }, 'JsRefused');
  await refuses(4242, object.save({ how: 'code', n: 2 }));

  assert.deepEqual([(await reread(object)).get('how'), (await reread(object)).get('n')], ['ok', 1]);
});

test('beforeSave sees a new object without original', async () => {
  const object = await stored({ n: 1, a: 2 }, 'JsInspected');

  assert.deepEqual(object.get('seen'), { isNew: true, before: null, dirty: ['a', 'n'], master: false, user: null });
});

test('beforeSave sees what an update changes and what was before', async () => {
  const object = await stored({ n: 1, a: 2 }, 'JsInspected');
  await object.save({ n: 5 });

  assert.deepEqual(object.get('seen'), { isNew: false, before: 1, dirty: ['n'], master: false, user: null });
});

test('beforeSave is told of the user', async () => {
  const user = await person();
  const object = await new Parse.Object('JsInspected').save({ n: 1 }, as(user));

  assert.equal(object.get('seen').user, user.id);
});

test('beforeSave is told of the master key', async () => {
  const object = await new Parse.Object('JsInspected').save({ n: 1 }, MASTER);

  assert.equal(object.get('seen').master, true);
});

test('beforeSave may use operations', async () => {
  const object = await stored({ saves: 0, secret: 's' }, 'JsRewritten');
  await object.save({ secret: 't' });
  const found = await reread(object);

  assert.equal(found.get('saves'), 2);
  assert.equal(found.has('secret'), false);
});

test('a missing object is refused before beforeSave runs', async () => {
  const missing = Parse.Object.extend('JsRefused').createWithoutData('missing123');

  await refuses(Parse.Error.OBJECT_NOT_FOUND, missing.save({ how: 'code' }), 'Object not found.');
});

test('afterSave runs before the client is answered', async () => {
  const object = await stored({ n: 1 }, 'JsAudited');
  await object.save({ n: 2 });
  const log = await audits(object);

  assert.deepEqual(
    log.map(each => [each.get('n'), each.get('created')]),
    [
      [1, true],
      [2, false],
    ],
  );
});

test('a failure of afterSave does not fail the save', async () => {
  const object = await stored({ n: 1 }, 'JsAfterSaveFails');

  assert.equal((await reread(object)).get('n'), 1);
});

test('what afterSave gives back is the answer', async () => {
  const object = await stored({ n: 1 }, 'JsAnswered');

  assert.equal(object.get('extra'), 'from afterSave');
  assert.equal((await reread(object)).has('extra'), false);
});

test('beforeDelete may keep an object', async () => {
  const object = await stored({ locked: true }, 'JsKept');

  await refuses(4242, object.destroy(), 'this one stays');
  assert.equal((await reread(object)).id, object.id);
});

test('beforeDelete lets others go', async () => {
  const object = await stored({ locked: false }, 'JsKept');
  await object.destroy();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object));
});

test('destroyAll runs beforeDelete for each object', async () => {
  const [kept, gone] = [await stored({ locked: true }, 'JsKept'), await stored({ locked: false }, 'JsKept')];
  await assert.rejects(Parse.Object.destroyAll([kept, gone]), error => error.errors[0].code === 4242);
  const left = await new Parse.Query('JsKept').containedIn('objectId', [kept.id, gone.id]).find();

  assert.deepEqual(ids(left), [kept.id]);
});

test('afterDelete knows the object that went', async () => {
  const object = await stored({ n: 7 }, 'JsMourned');
  await object.destroy();

  assert.deepEqual(values(await audits(object), 'n'), [7]);
});

test('deleting what is not there runs no trigger', async () => {
  await refuses(
    Parse.Error.OBJECT_NOT_FOUND,
    Parse.Object.extend('JsMourned').createWithoutData('missing123').destroy(),
  );
});

test('beforeFind narrows a query', async () => {
  const query = await marked('JsFiltered', [
    { n: 1, visible: true },
    { n: 2, visible: false },
  ]);

  assert.deepEqual(values(await query().find(), 'n'), [1]);
  assert.deepEqual(values(await query().ascending('n').find(MASTER), 'n'), [1, 2]);
});

test('beforeFind narrows first, get and count', async () => {
  const query = await marked('JsFiltered', [{ visible: false }]);
  const hidden = await query().first(MASTER);

  assert.equal(await query().first(), undefined);
  assert.equal(await query().count(), 0);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(hidden));
});

test('beforeFind narrows includes', async () => {
  const query = await marked('JsFiltered', [{ visible: false }]);
  const parent = await stored({ child: await query().first(MASTER) });

  assert.equal((await new Parse.Query(parent.className).include('child').first()).has('child'), false);
});

test('beforeFind may refuse', async () => {
  const query = await marked('JsUnfindable', [{ n: 1 }]);

  await refuses(4242, query().find(), 'not for you');
  assert.equal((await query().find(MASTER)).length, 1);
});

test('beforeFind sets limit and order', async () => {
  const query = await marked('JsLimited', [{ n: 1 }, { n: 3 }, { n: 2 }]);

  assert.deepEqual(values(await query().find(), 'n'), [3, 2]);
});

test('afterFind changes what the client gets and nothing else', async () => {
  const query = await marked('JsMasked', [{ secret: 'real' }]);

  assert.deepEqual(values(await query().find(), 'secret'), ['***']);
  assert.deepEqual(values(await query().find(MASTER), 'secret'), ['real']);
});

test('afterFind runs for get and fetch', async () => {
  const query = await marked('JsMasked', [{ secret: 'real' }]);
  const object = await query().first(MASTER);

  assert.equal((await reread(object)).get('secret'), '***');
  assert.equal((await object.fetch()).get('secret'), '***');
});

test('afterFind may drop objects', async () => {
  const query = await marked('JsThinned', [{ n: 1 }, { n: 2 }, { n: 3 }]);

  assert.deepEqual(values(await query().ascending('n').find(), 'n'), [2, 3]);
});

test('the context travels from the client through the triggers', async () => {
  const object = await new Parse.Object('JsContextual').save({ n: 1 }, { context: { given: 'by client' } });
  const [log] = await audits(object);

  assert.equal(object.get('given'), 'by client');
  assert.deepEqual(log.get('context'), { given: 'by client', added: 'by beforeSave' });
});

test('a context that is no object is refused', async () => {
  const create = request('POST', 'classes/JsContextual', { n: 1 }, { context: 'text' });

  await refuses(Parse.Error.INVALID_JSON, create, 'Invalid object for context.');
});

test('a validator of a trigger asks for fields', async () => {
  await refuses(INVALID, stored({}, 'JsNeedsFields'), 'Validation failed. Please specify data for title.');
  assert.equal((await stored({ title: 'x' }, 'JsNeedsFields')).get('title'), 'x');
});

test('a validator of a trigger asks for types', async () => {
  await refuses(
    INVALID,
    stored({ title: 1 }, 'JsNeedsFields'),
    'Validation failed. Invalid type for title. Expected: string',
  );
});

test('a validator of a trigger asks for a user', async () => {
  await refuses(INVALID, stored({ n: 1 }, 'JsNeedsUser'), 'Validation failed. Please login to continue.');
  const object = await new Parse.Object('JsNeedsUser').save({ n: 1 }, as(await person()));

  assert.match(object.id, /^\w{10}$/);
});

test('skipWithMasterKey leaves the trigger out for the master', async () => {
  const client = await stored({ n: 1 }, 'JsMasterSkips');
  const master = await new Parse.Object('JsMasterSkips').save({ n: 1 }, MASTER);

  assert.equal((await reread(client)).get('triggered'), true);
  assert.equal((await reread(master)).has('triggered'), false);
});

test('defaults and constants of a validator reach the object', async () => {
  const object = await stored({ kind: 'other' }, 'JsDefaults');
  const found = await reread(object);

  assert.deepEqual([found.get('level'), found.get('kind')], [1, 'fixed']);
});

test('a constant of a validator keeps its value on update', async () => {
  const object = await stored({ n: 1 }, 'JsDefaults');
  await object.save({ kind: 'changed', n: 2 });
  const found = await reread(object);

  assert.deepEqual([found.get('kind'), found.get('n')], ['fixed', 2]);
});

test('users have triggers too', async () => {
  const user = await person({ wantsTrigger: true });
  const again = await Parse.User.logIn(user.getUsername(), PASSWORD, { installationId: unique('device') });

  assert.equal(user.get('triggered'), true);
  assert.equal(again.get('triggered'), true);
});
