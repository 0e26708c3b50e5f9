'use strict';
// Users that may only read see everything and change nothing.
const assert = require('node:assert');

const RITA = { user: 'rita', pass: 'daisy', readOnly: true };
const PETRA = { user: 'petra', pass: 'poppy', apps: [{ appId: 'garden', readOnly: true }] };
const STRANGER = { user: 'sam', pass: 'clover', apps: [{ appId: 'elsewhere' }] };

module.exports = async ({ rest, shot, someone, allow, page, open, hand }) => {
  allow(/40[03] \((Forbidden|Bad Request)\).*\/parse\/classes\/Note/);
  for (const user of [RITA, PETRA]) {
    const reader = await someone();
    await reader.open('apps/Garden/browser/Note');
    await reader.hand.logIn(user.user, user.pass);
    await reader.hand.row('Oil the tools').waitFor();
    await reader.hand.overwrite(reader.hand.row('Oil the tools'), 'text', 'Lose the tools');
    await reader.page.getByText('Permission denied').waitFor();
    assert.equal(await rest.count('Note', { text: 'Oil the tools' }), 1);
  }

  await open('apps', { site: true });
  await hand.logIn(STRANGER.user, STRANGER.pass);
  await page.getByText("You don't have any apps").waitFor();
  await shot('no-apps');
};

module.exports.needs = {
  dashboard: { users: [RITA, PETRA, STRANGER] },
  app: { readOnlyMasterKey: 'garden-reader' },
};
