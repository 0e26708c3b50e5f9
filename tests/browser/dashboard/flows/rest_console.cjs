'use strict';
// The REST console: rows are read, made, changed and deleted by hand, with the master key and as a user.
const assert = require('node:assert');
const { Form } = require('../form.cjs');

module.exports = async ({ page, context, open, rest, hand, shot, allow, eventually }) => {
  await rest.post('users', { username: 'ann', password: 'roses' });
  const session = await rest.post('login', { username: 'ann', password: 'roses' });
  const form = new Form(hand);
  const results = page.locator('pre');
  const send = async (method, where, body) => {
    await form.choose('What type of request?', method);
    await form.write('Which endpoint?', where);
    await hand.write(page.locator('textarea'), body);
    await page.getByRole('button', { name: 'Send Query' }).click();
  };

  await open('api_console/rest');
  await send('GET', 'classes/Note', 'where={"text":"Mow the lawn"}&keys=text,stars');
  await results.getByText('"Mow the lawn"').waitFor();
  assert.equal(await results.getByText('"Oil the tools"').count(), 0);
  await shot('read');

  await send('POST', 'classes/Note', '{"text":"Dig the pond","stars":3,"ACL":{}}');
  await results.getByText('"objectId"').waitFor();
  const made = await eventually(() => rest.first('Note', { text: 'Dig the pond' }));
  assert.deepEqual(made.ACL, {});
  const where = `classes/Note/${made.objectId}`;
  allow(/404 \(Not Found\)/);
  await send('GET', where, '');
  await results.getByText('"Object not found."').waitFor();
  await form.write('Run as...', 'ann');
  await send('GET', 'users/me', '');
  await results.getByText(`"${session.objectId}"`).first().waitFor();
  await shot('as-ann');

  await hand.write(form.field('Run as...'), '');
  await form.flip('Use Master Key?');
  await send('PUT', where, '{"stars":{"__op":"Increment","amount":2}}');
  await results.getByText('"stars"').waitFor();
  assert.equal((await rest.get(where)).stars, 5);
  await send('DELETE', where, '');
  await eventually(async () => (await rest.count('Note', { text: 'Dig the pond' })) === 0);
};
