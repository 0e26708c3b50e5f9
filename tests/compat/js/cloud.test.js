// Parse.Cloud.run: values in and out, errors, what the function is told, validators. The functions are in cloud/.
'use strict';

const { test, before } = require('node:test');
const { assert, Parse, MASTER, unique, as, values, stored, rows, reread, person, refuses } = require('./support');

const FAILED = Parse.Error.SCRIPT_FAILED;
const INVALID = Parse.Error.VALIDATION_ERROR;

const run = (name, params = {}, options) => Parse.Cloud.run(name, params, options);

test('a function answers with its value', async () => {
  assert.equal(await run('jsHello', { name: 'Ann' }), 'Hello Ann');
});

test('values of every JSON kind go in and come back', async () => {
  for (const value of ['text', '', 0, 1.5, -3, true, false, [], [1, 'a', [true]], {}, { a: { b: [1] } }]) {
    assert.deepEqual(await run('jsEcho', { value }), value);
  }
});

test('null and nothing come back as nothing', async () => {
  assert.ok((await run('jsEcho', { value: null })) == null);
  assert.equal((await run('jsNothing')) ?? undefined, undefined);
});

test('a function answers with several kinds at once', async () => {
  assert.deepEqual(await run('jsKinds'), {
    text: 'plain',
    number: 1.5,
    on: true,
    list: [1, [2]],
    map: { a: { b: null } },
    when: new Date(1000),
  });
});

test('a function computes with what it is given', async () => {
  assert.equal(await run('jsSum', { numbers: [1, 2, 3.5] }), 6.5);
});

test('a function takes and gives dates', async () => {
  assert.equal((await run('jsShiftDate', { when: new Date(5000) })).getTime(), 6000);
});

test('geo points come back as they went in', async () => {
  const point = await run('jsEcho', { value: new Parse.GeoPoint(1.5, -2) });

  assert.ok(point instanceof Parse.GeoPoint);
  assert.deepEqual([point.latitude, point.longitude], [1.5, -2]);
});

test('pointers come back as pointers', async () => {
  const object = await stored({ n: 1 });
  const back = await run('jsEcho', { value: object.toPointer() });

  assert.equal(back.id, object.id);
  assert.equal(back.className, object.className);
});

test('a function gives an object whole', async () => {
  const className = unique('Made');
  const object = await run('jsSaved', { className, fields: { n: 1, list: ['a'] } });

  assert.equal(object.className, className);
  assert.equal(object.get('n'), 1);
  assert.deepEqual((await reread(object)).get('list'), ['a']);
});

test('a function finds, counts and gives lists of objects', async () => {
  const tag = unique('tag');
  const className = await rows([
    { tag, n: 2 },
    { tag, n: 1 },
    { tag: 'other', n: 3 },
  ]);

  assert.deepEqual(values(await run('jsFound', { className, tag }), 'n'), [1, 2]);
  assert.equal((await run('jsFirst', { className, tag })).get('n'), 2);
  assert.equal(await run('jsCount', { className, tag }), 2);
});

test('a function changes an object', async () => {
  const object = await stored({ n: 1, gone: true });

  assert.equal(await run('jsBumped', { className: object.className, id: object.id }), 6);
  assert.equal((await reread(object)).has('gone'), false);
});

test('a function deletes an object', async () => {
  const object = await stored({ n: 1 });

  assert.equal(await run('jsDestroyed', { className: object.className, id: object.id }), object.id);
  await refuses(Parse.Error.OBJECT_NOT_FOUND, reread(object));
});

test('a function that asks as its caller sees what the caller may', async () => {
  const user = await person();
  const object = new Parse.Object(unique('Mine'), { n: 1 });
  object.setACL(new Parse.ACL(user));
  await object.save(null, MASTER);
  const { className } = object;

  assert.equal(await run('jsCountAsCaller', { className }, as(user)), 1);
  assert.equal(await run('jsCountAsCaller', { className }), 0);
});

test('a function is told who calls', async () => {
  const user = await person();

  assert.equal(await run('jsWhoAmI', {}, as(user)), user.getUsername());
  assert.equal(await run('jsWhoAmI'), 'nobody');
});

test('a function is told of the master key', async () => {
  assert.equal(await run('jsIsMaster', {}, MASTER), true);
  assert.equal(await run('jsIsMaster'), false);
});

test('a function is told the installation', async () => {
  assert.equal(await run('jsInstallation', {}, { installationId: 'device-1' }), 'device-1');
});

test('a function is given the context', async () => {
  assert.deepEqual(await run('jsContext', {}, { context: { a: 1, b: ['c'] } }), { a: 1, b: ['c'] });
  assert.deepEqual(await run('jsContext'), {});
});

test('an error of a function keeps its code and text', async () => {
  await refuses(4242, run('jsFails'), 'my own error');
});

test('any other failure of a function becomes a script error', async () => {
  await refuses(FAILED, run('jsFailsPlainly'), 'plain failure');
});

test('a function that does not exist is refused', async () => {
  await refuses(FAILED, run('jsMissing'), 'Invalid function: "jsMissing"');
});

test('a function that does not exist is missing for the master too', async () => {
  await refuses(FAILED, run('jsMissing', {}, MASTER), 'Invalid function: "jsMissing"');
});

test('calls that wait do not stop each other', async () => {
  const started = Date.now();
  const answers = await Promise.all([1000, 1000, 1000].map(ms => run('jsSlow', { ms })));

  assert.deepEqual(answers, ['awake', 'awake', 'awake']);
  assert.ok(Date.now() - started < 2500);
});

test('requireUser refuses whoever is not logged in', async () => {
  await refuses(INVALID, run('jsNeedsUser'), 'Validation failed. Please login to continue.');
  assert.equal(await run('jsNeedsUser', {}, as(await person())), 'ok');
});

test('requireMaster refuses everybody else', async () => {
  const text = 'Validation failed. Master key is required to complete this request.';

  await refuses(INVALID, run('jsNeedsMaster'), text);
  await refuses(INVALID, run('jsNeedsMaster', {}, as(await person())), text);
  assert.equal(await run('jsNeedsMaster', {}, MASTER), 'ok');
});

before(async () => {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  for (const name of ['jsAdmins', 'jsEditors']) {
    await new Parse.Role(name, acl)
      .save(null, MASTER)
      .catch(error => assert.equal(error.code, Parse.Error.DUPLICATE_VALUE));
  }
});

async function member(...names) {
  const user = await person();
  for (const name of names) {
    const role = await new Parse.Query(Parse.Role).equalTo('name', name).first(MASTER);
    role.getUsers().add(user);
    await role.save(null, MASTER);
  }
  return as(user);
}

test('requireAnyUserRoles asks for one of the roles', async () => {
  await refuses(
    INVALID,
    run('jsNeedsAnyRole', {}, await member()),
    'Validation failed. User does not match the required roles.',
  );
  assert.equal(await run('jsNeedsAnyRole', {}, await member('jsEditors')), 'ok');
});

test('requireAllUserRoles asks for every role', async () => {
  const text = 'Validation failed. User does not match all the required roles.';

  await refuses(INVALID, run('jsNeedsAllRoles', {}, await member('jsAdmins')), text);
  assert.equal(await run('jsNeedsAllRoles', {}, await member('jsAdmins', 'jsEditors')), 'ok');
});

test('requireUserKeys asks for a field of the user', async () => {
  const text = 'Validation failed. Please set data for phone on your account.';

  await refuses(INVALID, run('jsNeedsUserKeys', {}, as(await person())), text);
  assert.equal(await run('jsNeedsUserKeys', {}, as(await person({ phone: '1' }))), 'ok');
});

test('a list of fields makes them required', async () => {
  await refuses(INVALID, run('jsNeedsFields', { a: 1 }), 'Validation failed. Please specify data for b.');
  assert.deepEqual(await run('jsNeedsFields', { a: 1, b: false }), { a: 1, b: false });
});

test('a required field must be there', async () => {
  await refuses(INVALID, run('jsTypedFields', { s: 'x' }), 'Validation failed. Please specify data for n.');
});

test('fields have their type', async () => {
  const wrong = { n: ['1', 'number'], s: [1, 'string'], b: ['yes', 'boolean'], l: ['a', 'array'], o: [1, 'object'] };

  for (const [field, [value, type]] of Object.entries(wrong)) {
    await refuses(
      INVALID,
      run('jsTypedFields', { n: 1, [field]: value }),
      `Validation failed. Invalid type for ${field}. Expected: ${type}`,
    );
  }
});

test('fields of the right type pass', async () => {
  const right = { n: 1.5, s: '', b: false, l: [1], o: { a: 1 } };

  assert.deepEqual(await run('jsTypedFields', right), right);
});

test('a default fills in what is missing', async () => {
  assert.deepEqual(await run('jsDefaultField'), { n: 7 });
  assert.deepEqual(await run('jsDefaultField', { n: 1 }), { n: 1 });
});

test('a constant binds objects, not the parameters of a function', async () => {
  assert.deepEqual(await run('jsConstantField'), { kind: 'fixed' });
  assert.deepEqual(await run('jsConstantField', { kind: 'other' }), { kind: 'other' });
});

test('options name the values that are taken', async () => {
  await refuses(
    INVALID,
    run('jsOptionField', { color: 'blue' }),
    'Validation failed. Invalid option for color. Expected: red, green',
  );
  assert.deepEqual(await run('jsOptionField', { color: 'green' }), { color: 'green' });
});

test('options may have a text of their own', async () => {
  await refuses(INVALID, run('jsOptionText', { color: 'blue' }), 'Only red will do.');
});

test('options may be checked by code', async () => {
  await refuses(INVALID, run('jsOptionCheck', { n: 3 }), 'Even numbers only.');
  assert.deepEqual(await run('jsOptionCheck', { n: 4 }), { n: 4 });
});

test('the master key is trusted unless told otherwise', async () => {
  assert.equal(await run('jsMasterIsTrusted', {}, MASTER), 'ok');
  await refuses(INVALID, run('jsMasterIsChecked', {}, MASTER), 'Validation failed. Please specify data for a.');
});

test('a validator may be a function', async () => {
  await refuses(INVALID, run('jsOwnValidator', { word: 'now' }), 'Say please.');
  assert.equal(await run('jsOwnValidator', { word: 'please' }), 'ok');
});
