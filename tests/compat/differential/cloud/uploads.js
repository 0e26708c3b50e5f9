// Triggers of files; uploads.py does the same. What they do hangs on the name of the file.

async function note(request, details) {
  const seen = new Parse.Object('Seen');
  await seen.save(
    {
      what: details.name.replace(/^[0-9a-f]{32}_/, ''),
      trigger: request.triggerName,
      master: request.master,
      caller: request.user ? request.user.get('username') : '(nobody)',
      size: request.fileSize === undefined || request.fileSize === null ? -1 : request.fileSize,
      ...details,
    },
    { useMasterKey: true }
  );
}

Parse.Cloud.beforeSave(Parse.File, async request => {
  const file = request.file;
  const name = file.name();
  await note(request, { name, text: Buffer.from(file._data || '', 'base64').toString(), metadata: file.metadata(), tags: file.tags() });
  switch (name) {
    case 'refused.txt':
      throw new Parse.Error(1001, 'not this file');
    case 'broken.txt':
      throw new Error('broken hook');
    case 'texted.txt':
      throw 'just a text';
    case 'replaced.txt':
      return new Parse.File('other.txt', { base64: Buffer.from('other bytes').toString('base64') });
    case 'elsewhere.txt': {
      const other = new Parse.File('known.txt');
      other._url = 'https://files.example/known.txt';
      return other;
    }
    case 'tagged.txt':
      file.addMetadata('by', 'hook');
      file.addTag('kind', 'note');
      return undefined;
    default:
      return undefined;
  }
});

Parse.Cloud.afterSave(Parse.File, async request => {
  const file = request.file;
  await note(request, { name: file.name(), hasUrl: Boolean(file.url()), metadata: file.metadata(), tags: file.tags() });
  if (file.name().endsWith('late.txt')) {
    throw new Parse.Error(1002, 'too late');
  }
});

Parse.Cloud.beforeDelete(Parse.File, async request => {
  await note(request, { name: request.file.name(), hasUrl: Boolean(request.file.url()) });
  if (request.file.name().endsWith('kept.txt')) {
    throw new Parse.Error(1003, 'this stays');
  }
  if (request.file.name().endsWith('stuck.txt')) {
    throw new Error('it is stuck');
  }
});

Parse.Cloud.afterDelete(Parse.File, async request => {
  await note(request, { name: request.file.name() });
});

Parse.Cloud.beforeFind(Parse.File, async request => {
  const name = request.file.name();
  if (name.endsWith('hidden.txt')) {
    throw new Parse.Error(1004, 'nobody sees it');
  }
  if (name.endsWith('fails.txt')) {
    throw new Error('it fails');
  }
});

Parse.Cloud.afterFind(Parse.File, async request => {
  const name = request.file.name();
  const data = await request.file.getData();
  const text = Buffer.from(data || '', 'base64').toString();
  if (name.endsWith('forced.txt')) {
    request.forceDownload = true;
  }
  if (name.endsWith('headers.txt')) {
    request.responseHeaders['X-Mine'] = text;
  }
  if (name.endsWith('changed.txt')) {
    return { file: new Parse.File('changed.json', { base64: Buffer.from(`{"was":"${text}"}`).toString('base64') }) };
  }
  if (name.endsWith('gone.txt')) {
    throw new Parse.Error(1005, 'you saw nothing');
  }
  return undefined;
});
