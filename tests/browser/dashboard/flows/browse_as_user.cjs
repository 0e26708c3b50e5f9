'use strict';
// The rows as users see them: log in, change what they may and what they may not, another user, the master key again, stop.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, allow, eventually }) => {
  const ann = await rest.post('users', { username: 'ann', password: 'roses' });
  await rest.post('users', { username: 'bob', password: 'tulips' });
  await keepFor(rest, 'Mow the lawn', {});
  await keepFor(rest, 'Mend the gate', { [ann.objectId]: { read: true } });
  const sessions = username => rest.count('_Session', { user: { $inQuery: { className: '_User', where: { username } } } });
  const objects = count => page.getByText(`${count} objects`).last().waitFor();

  await open('browser/Note');
  await hand.row('Mow the lawn').waitFor();
  allow(/404 \(Not Found\).*\/login/);
  await hand.menu('Browse', 'As User');
  await logIn(page, hand, 'ann', 'lilies');
  await page.getByText('Invalid username/password.').waitFor();
  await shot('wrong');
  await logIn(page, hand, 'ann', 'roses');
  await eventually(async () => (await hand.rows.count()) === 11);
  assert.equal(await hand.row('Mow the lawn').count(), 0);
  await shot('ann');

  allow(/404 \(Not Found\).*\/classes\/Note/);
  await hand.overwrite(hand.row('Mend the gate'), 'stars', '9');
  await page.getByText('Object not found.').waitFor();
  await hand.overwrite(hand.row('Feed the birds'), 'stars', '9');
  await eventually(async () => (await rest.first('Note', { text: 'Feed the birds' })).stars === 9);
  assert.notEqual((await rest.first('Note', { text: 'Mend the gate' })).stars, 9);

  await hand.menu('Browsing', 'Switch User');
  await logIn(page, hand, 'bob', 'tulips');
  await eventually(async () => (await hand.rows.count()) === 10);
  await hand.menu('Browsing');
  await pressAndLeave(page, page.getByText('Use Master Key'));
  await eventually(async () => (await hand.rows.count()) === 12);
  await shot('master');

  await page.reload();
  await hand.row('Feed the birds').waitFor();
  await hand.menu('Browsing');
  await page.getByText('Stop browsing').click();
  await eventually(async () => (await sessions('bob')) === 0);
  await hand.button('Browse').waitFor();
  await hand.row('Mow the lawn').waitFor();
  await objects(12);
};
module.exports.needs = { server: { javascriptKey: 'garden-pages' }, app: { javascriptKey: 'garden-pages' } };

async function keepFor(rest, text, ACL) {
  const { objectId } = await rest.first('Note', { text });
  await rest.put(`classes/Note/${objectId}`, { ACL });
}

async function logIn(page, hand, username, password) {
  await hand.write(hand.dialog.locator('input').first(), username);
  await hand.write(hand.dialog.locator('input[type=password]'), password);
  await hand.dialog.getByRole('button', { name: 'Browse', exact: true }).click();
}

// That item of the menu acts when the button goes down and takes it back when it comes up; with any server.
async function pressAndLeave(page, item) {
  await item.hover();
  await page.mouse.down();
  await page.mouse.move(700, 600);
  await page.mouse.up();
}
