'use strict';
// The pages that are there are those whose work the server can do, as its features say; the others cannot be reached.
const assert = require('node:assert');

const ALL = ['create', 'read', 'update', 'delete'];
const SECTIONS = {
  Webhooks: { at: 'webhooks', needs: ALL.map(right => ['hooks', right]) },
  Jobs: { at: 'jobs/all', needs: [['cloudCode', 'jobs']] },
  Logs: { at: 'logs/info', needs: [['logs', 'level']] },
  Config: { at: 'config', needs: ALL.map(right => ['globalConfig', right]) },
};
const PUSHES = {
  'Send New Push': { needs: [['push', 'immediatePush']] },
  'Past Pushes': { needs: [['push', 'storedPushData']] },
  Audiences: { needs: [['push', 'pushAudiences']] },
};
const PUSH_PAGES = ['push/new', 'push/activity/all', 'push/audiences'];

module.exports = async ({ page, open, rest, shot }) => {
  const { features } = await rest.get('serverInfo');
  const has = ({ needs }) => needs.every(([group, key]) => features[group]?.[key]);
  const link = name => page.getByRole('link', { name, exact: true });
  const tellsOff = async at => {
    await open(at);
    await page.getByText('Feature unavailable', { exact: true }).waitFor();
  };

  await open('browser/Note');
  await page.getByText('Plant the seeds').waitFor();
  await shot('sections');
  for (const [name, section] of Object.entries(SECTIONS)) {
    assert.equal((await link(name).count()) > 0, has(section), name);
  }
  for (const { at, needs } of Object.values(SECTIONS)) if (!has({ needs })) await tellsOff(at);
  if (Object.values(PUSHES).some(has)) {
    await link('Push').click();
    await page.getByText('Audiences', { exact: true }).first().waitFor();
    for (const [name, part] of Object.entries(PUSHES)) {
      assert.equal((await page.getByText(name, { exact: true }).count()) > 0, has(part), name);
    }
  } else {
    assert.equal(await link('Push').count(), 0);
    for (const at of PUSH_PAGES) await tellsOff(at);
  }
  await shot('unavailable');

  await open('api_console/graphql');
  await page.getByText(/define the "graphQLServerURL" on your app configuration/).waitFor();
  await shot('graphql');
};
