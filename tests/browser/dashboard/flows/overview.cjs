'use strict';
// The list of apps: how each is doing, and the way into it.

module.exports = async ({ page, open, rest, hand, shot, scene }) => {
  for (const username of ['ann', 'bob', 'eve']) await rest.post('users', { username, password: 'roses' });
  for (const deviceToken of ['a1', 'b2']) await rest.post('installations', { deviceType: 'ios', deviceToken });
  const { parseServerVersion } = await rest.get('serverInfo');

  await open('apps', { site: true });
  await page.getByText(scene.server).first().waitFor();
  await page.getByText(parseServerVersion).first().waitFor();
  await page.locator('div', { hasText: /^3total users$/ }).first().waitFor();
  await page.locator('div', { hasText: /^2total installations$/ }).first().waitFor();
  await shot('apps');
  await page.getByText(scene.appName, { exact: true }).first().click();
  await page.getByRole('link', { name: 'Note', exact: true }).click();
  await hand.row('Oil the tools').waitFor();
  await shot('inside');
};
