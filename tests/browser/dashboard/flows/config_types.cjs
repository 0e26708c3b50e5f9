'use strict';
// A parameter of every type, one of them for the master key alone; apps get them, and the file can be fetched.
// No geo point: this form makes none, with any server (it hands texts to an SDK that wants numbers).
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

module.exports = async ({ page, open, rest, hand, shot, folder }) => {
  const value = () => hand.line('Value');
  const made = async (name, type, fill, { secret = false } = {}) => {
    await page.getByRole('button', { name: 'Create a parameter' }).click();
    await hand.write(hand.field('Parameter Name'), name);
    if (type !== 'String') await hand.choose(hand.dialog.getByRole('combobox'), type);
    await fill();
    if (secret) await hand.line('Requires master key?').getByText('Yes', { exact: true }).click();
    if (secret) await shot('secret');
    await hand.press('Create');
    await page.getByRole('cell', { name, exact: true }).waitFor();
  };
  const note = path.join(folder, 'seeds.txt');
  fs.writeFileSync(note, 'poppies');

  await open('config');
  await made('greeting', 'String', () => hand.write(value().locator('textarea'), 'Good morning'));
  await made('isOpen', 'Boolean', () => value().getByText('True').click());
  await made('beds', 'Number', () => hand.write(value().locator('input'), '12.5'));
  await made('since', 'Date', () => date(page, value()));
  await made('sizes', 'Object', () => hand.write(value().locator('textarea'), '{"north": {"metres": 4}}'));
  await made('tools', 'Array', () => hand.write(value().locator('textarea'), '["rake", 2]'), { secret: true });
  await made('seeds', 'File', () => upload(page, value(), note));
  await page.reload();
  await page.getByRole('cell', { name: 'seeds', exact: true }).waitFor();
  await shot('all');

  const { params, masterKeyOnly } = await rest.get('config');
  assert.deepEqual(
    [params.greeting, params.isOpen, params.beds, params.sizes, params.tools],
    ['Good morning', true, 12.5, { north: { metres: 4 } }, ['rake', 2]],
  );
  assert.match(params.since.iso, /-15T08:30:00\.000Z$/);
  assert.equal(await (await fetch(params.seeds.url)).text(), 'poppies');
  assert.equal(masterKeyOnly.tools, true);
  const everybodys = await (await fetch(`${rest.server}/config`, { headers: rest.headers })).json();
  assert.deepEqual(Object.keys(params).filter(name => !(name in everybodys.params)), ['tools']);
};

// The 15th of this month, half past eight.
async function date(page, line) {
  await line.getByText('Pick a date and time…').click();
  await page.getByRole('button', { name: '15', exact: true }).click();
  const [hours, minutes] = await page.locator('input[type=text]').all().then(all => all.slice(-2));
  for (const [field, text] of [[hours, '8'], [minutes, '30']]) {
    await field.click({ clickCount: 3 });
    await page.keyboard.type(text);
  }
  await page.getByRole('button', { name: 'Set time' }).click();
}

async function upload(page, line, file) {
  const chosen = page.waitForEvent('filechooser');
  await line.locator('input[type=file]').click();
  await (await chosen).setFiles(file);
  await line.getByText(/seeds\.txt|Change file/).first().waitFor();
}
