'use strict';
// Uploads a file into a cell, replaces it by another and takes it away.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

module.exports = async ({ page, open, rest, hand, shot, eventually, folder, allow }) => {
  await rest.post('schemas/Bed', { className: 'Bed', fields: { name: { type: 'String' }, picture: { type: 'File' } } });
  const { objectId } = await rest.post('classes/Bed', { name: 'herbs' });
  await open('browser/Bed');
  await hand.row('herbs').waitFor();

  await upload('dot.png', PICTURE);
  await shot('uploaded');
  await upload('note one.txt', Buffer.from('Grüße aus dem Garten\n'));
  await shot('replaced');
  allow(/400 \(Bad Request\).*\/files\//);
  await choose('grün.txt', Buffer.from('x'));
  await page.getByText('Filename contains invalid characters.').waitFor();
  await shot('refused');
  await (await hand.cell(hand.row('herbs'), 'picture')).click();
  await page.keyboard.press('Delete');
  await eventually(async () => (await bed()).picture === undefined);

  async function upload(name, content) {
    await choose(name, content);
    const { picture } = await eventually(async () => {
      const row = await bed();
      return row.picture?.name.endsWith(path.extname(name)) && row;
    });
    assert.deepEqual(Buffer.from(await (await fetch(picture.url)).arrayBuffer()), content);
  }

  async function choose(name, content) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    const choosing = page.waitForEvent('filechooser');
    await hand.begin(hand.row('herbs'), 'picture');
    await (await choosing).setFiles(file);
  }

  function bed() {
    return rest.get(`classes/Bed/${objectId}`);
  }
};
