'use strict';
// A function and a trigger answered by another server are made, moved to another address and deleted; each acts at once.
const assert = require('node:assert');
const http = require('node:http');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const elsewhere = await listening();
  const forecast = async () => (await rest.ask('POST', 'functions/forecast', { day: 'today' })).body;
  const kindOf = async text => (await rest.get(`classes/Note/${(await rest.post('classes/Note', { text })).objectId}`)).kind;

  await open('webhooks');
  await page.getByRole('button', { name: 'Create a Webhook' }).first().click();
  await hand.write(hand.field('Function name'), 'forecast');
  await hand.write(hand.field('Webhook URL'), `${elsewhere.address}/sunny`);
  await shot('function');
  await hand.press('Create');
  await eventually(async () => (await forecast()).result === 'sunny');
  assert.equal(elsewhere.asked[0].key, 'garden-gate');
  assert.deepEqual(elsewhere.asked[0].body.params, { day: 'today' });

  await page.getByRole('button', { name: 'Create a Webhook' }).click();
  await hand.choose(hand.dialog.getByRole('combobox').first(), 'beforeSave');
  await hand.choose(hand.dialog.getByRole('combobox').nth(1), 'Note');
  await hand.write(hand.field('Webhook URL'), `${elsewhere.address}/yearly`);
  await shot('trigger');
  await hand.press('Create');
  await eventually(async () => (await kindOf('Sweep the path')) === 'yearly');
  await shot('list');

  await page.getByText(`${elsewhere.address}/sunny`).click();
  await hand.write(hand.field('Webhook URL'), `${elsewhere.address}/rainy`);
  await hand.press('Save');
  await eventually(async () => (await forecast()).result === 'rainy');
  await page.getByText(`${elsewhere.address}/yearly`).click();
  await hand.write(hand.field('Webhook URL'), `${elsewhere.address}/daily`);
  await hand.press('Save');
  await eventually(async () => (await kindOf('Sweep the shed')) === 'daily');

  await remove(page, hand, 'forecast');
  await eventually(async () => (await forecast()).code === 141);
  await remove(page, hand, 'beforeSave');
  await eventually(async () => (await kindOf('Sweep the yard')) === undefined);
  assert.deepEqual([await rest.get('hooks/functions'), await rest.get('hooks/triggers')], [[], []]);
  elsewhere.server.close();
};
module.exports.needs = { server: { webhookKey: 'garden-gate' } };

async function remove(page, hand, name) {
  await page.locator('tr').filter({ hasText: name }).locator('button').click();
  await hand.press('Delete');
}

// A server that answers functions with the last word of the address, and triggers with an object that has it as its kind.
async function listening() {
  const asked = [];
  const server = http.createServer(async (request, response) => {
    const body = JSON.parse(await new Response(request).text());
    asked.push({ key: request.headers['x-parse-webhook-key'], body });
    const word = request.url.slice(1);
    const success = body.object ? { ...body.object, kind: word } : word;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ success }));
  });
  await new Promise(listens => server.listen(0, '127.0.0.1', listens));
  return { server, asked, address: `http://127.0.0.1:${server.address().port}` };
}
