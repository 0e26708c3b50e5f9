// Parse.File: uploads in every form the SDK knows, download, files in objects, deletion, refusals.
'use strict';

const { test } = require('node:test');
const { Readable } = require('node:stream');
const { assert, Parse, settings, unique, stored, reread, refuses, request } = require('./support');

const TEXT = 'Hello, file! Grüße.';
const BASE64 = Buffer.from(TEXT).toString('base64');

const textFile = (name = 'hello.txt') => new Parse.File(name, { base64: BASE64 }, 'text/plain');

const download = url => fetch(url);

// The content as the server has it, not as the SDK remembers it.
const content = async file => (await download(file.url())).text();

test('a file is uploaded as base64 and downloaded byte for byte', async () => {
  const file = await textFile().save();

  assert.equal(await content(file), TEXT);
  assert.equal(await Parse.File.fromJSON(file.toJSON()).getData(), BASE64);
});

test('a file is uploaded from an array of bytes', async () => {
  const bytes = [0, 1, 2, 128, 254, 255];
  const file = await new Parse.File('bytes.bin', bytes).save();
  const answer = await download(file.url());

  assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], bytes);
});

test('a file is uploaded from a buffer', async () => {
  const buffer = Buffer.from(Array.from({ length: 5000 }, (_, n) => n % 256));
  const file = await new Parse.File('buffer.bin', buffer, 'application/octet-stream').save();
  const answer = await download(file.url());

  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(buffer));
});

test('a file is uploaded from a stream', async () => {
  const file = await new Parse.File(
    'stream.txt',
    Readable.from([Buffer.from('one '), Buffer.from('two')]),
    'text/plain',
  ).save();

  assert.equal(await content(file), 'one two');
});

test('the stored name is a random prefix and the given name', async () => {
  const [one, two] = [await textFile().save(), await textFile().save()];

  assert.match(one.name(), /^[0-9a-f]{32}_hello\.txt$/);
  assert.notEqual(one.name(), two.name());
});

test('the url leads through the server to the app and the name', async () => {
  const file = await textFile().save();

  assert.equal(file.url(), `${settings.url}/files/${settings.appId}/${file.name()}`);
});

test('a name with spaces and marks is kept', async () => {
  const file = await textFile('a nice~file-1.txt').save();

  assert.match(file.name(), /_a nice~file-1\.txt$/);
  assert.equal(await content(file), TEXT);
});

test('the type follows the extension', async () => {
  const file = await new Parse.File('picture.png', { base64: BASE64 }, 'image/png').save();
  const answer = await download(file.url());

  assert.match(answer.headers.get('content-type'), /^image\/png/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('a name without extension gets one from the type', async () => {
  const file = await new Parse.File('picture', { base64: BASE64 }, 'image/png').save();

  assert.match(file.name(), /_picture\.png$/);
});

test('a file in an object is read with its url', async () => {
  const file = await textFile().save();
  const found = await reread(await stored({ file }));

  assert.ok(found.get('file') instanceof Parse.File);
  assert.deepEqual([found.get('file').name(), found.get('file').url()], [file.name(), file.url()]);
});

test('files inside arrays and objects are read with their urls', async () => {
  const file = await textFile().save();
  const found = await reread(await stored({ list: [file], map: { file } }));

  assert.equal(found.get('list')[0].url(), file.url());
  assert.equal(found.get('map').file.url(), file.url());
});

test('an object saves its unsaved files first', async () => {
  const found = await reread(await stored({ file: textFile() }));

  assert.equal(await content(found.get('file')), TEXT);
});

test('objects are found by their file', async () => {
  const file = await textFile().save();
  const object = await stored({ file });
  const found = await new Parse.Query(object.className).equalTo('file', file).find();

  assert.deepEqual(
    found.map(each => each.id),
    [object.id],
  );
});

test('metadata and tags travel with an upload', async () => {
  const file = new Parse.File('tagged.txt', { base64: BASE64 }, 'text/plain', { owner: 'me' }, { kind: 'test' });
  await file.save();

  assert.equal(await content(file), TEXT);
});

test('a destroyed file is gone', async () => {
  const file = await textFile().save();
  await file.destroy();
  const answer = await download(file.url());

  assert.equal(answer.status, 404);
  assert.equal(await answer.text(), 'File not found.');
});

test('files are destroyed by the master key only', async () => {
  const file = await textFile().save();

  await assert.rejects(file.destroy({ useMasterKey: false }));
  assert.equal(await content(file), TEXT);
});

test('a name with odd characters is refused', async () => {
  const upload = request('POST', 'files/odd$name.txt', { base64: BASE64, _ContentType: 'text/plain' });

  await refuses(Parse.Error.INVALID_FILE_NAME, upload, 'Filename contains invalid characters.');
});

test('a name that is too long is refused', async () => {
  await refuses(Parse.Error.INVALID_FILE_NAME, textFile(`${'n'.repeat(130)}.txt`).save(), 'Filename too long.');
});

test('an upload without a name is refused', async () => {
  await refuses(Parse.Error.INVALID_FILE_NAME, request('POST', 'files', { base64: BASE64 }), 'Filename not provided.');
});

test('active content is refused by its extension', async () => {
  for (const name of ['page.html', 'picture.svg']) {
    await refuses(
      Parse.Error.FILE_SAVE_ERROR,
      textFile(name).save(),
      /^File upload of extension (html|svg) is disabled\.$/,
    );
  }
});

test('active content is refused by its type', async () => {
  const upload = new Parse.File('page', { base64: BASE64 }, 'text/html').save();

  await refuses(Parse.Error.FILE_SAVE_ERROR, upload, 'File upload of extension html is disabled.');
});

test('a file that does not exist is not found', async () => {
  const answer = await download(`${settings.url}/files/${settings.appId}/${unique('missing')}.txt`);

  assert.equal(answer.status, 404);
});
