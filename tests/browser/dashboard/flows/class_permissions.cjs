'use strict';
// Class level permissions, box by box: for everybody, for who is logged in, for a role, a user and a field's users.
const assert = require('node:assert');
const { Permissions } = require('../permissions.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const { objectId } = await rest.post('users', { username: 'ann', password: 'roses' });
  await rest.post('roles', { name: 'gardeners', ACL: {} });
  await rest.put('schemas/Note', { fields: { keeper: { type: 'Pointer', targetClass: '_User' } } });
  const rights = async () => (await rest.get('schemas/Note')).classLevelPermissions;
  const permissions = new Permissions(page, hand);

  await open('browser/Note');
  await page.getByText('Public Read and Write enabled').waitFor();
  await opened(page);
  await permissions.add('gardeners');
  await permissions.add('ann');
  await permissions.add('keeper');
  await permissions.flip('Public', 'Get', 'Count', 'Create', 'Update', 'Delete', 'Add field');
  await permissions.flip('Authenticated', 'Get', 'Create');
  await permissions.flip('gardeners', 'Add field');
  await permissions.flip('ann', 'Update', 'Delete', 'Add field');
  await permissions.flip('keeper', 'Delete', 'Add field');
  await shot('advanced');
  await permissions.save('Save CLP');

  const keeper = { pointerFields: ['keeper'] };
  const all = { 'role:gardeners': true, [objectId]: true, ...keeper };
  await eventually(async () => assert.deepEqual(await rights(), {
    get: { requiresAuthentication: true, ...all },
    find: { '*': true, ...all },
    count: all,
    create: { requiresAuthentication: true, ...all },
    update: { 'role:gardeners': true, ...keeper },
    delete: { 'role:gardeners': true },
    addField: {},
    protectedFields: { '*': [] },
  }) ?? true);

  await page.reload();
  await page.getByText('Plant the seeds').waitFor();
  await opened(page);
  await permissions.line('keeper').waitFor();
  for (const name of ['gardeners', 'ann', 'keeper']) await permissions.remove(name);
  await permissions.flip('Authenticated', 'Get', 'Create');
  await permissions.flip('Public', 'Get');
  await permissions.save('Save CLP');
  const reading = { '*': true };
  await eventually(async () => assert.deepEqual(await rights(), {
    get: reading, find: reading, count: {}, create: {}, update: {}, delete: {}, addField: {}, protectedFields: { '*': [] },
  }) ?? true);
};

async function opened(page) {
  await page.getByText('Security', { exact: true }).click();
  await page.getByText('Class Level Permissions', { exact: true }).click();
  await page.locator('[data-modal] svg').first().click();
  await page.getByText('Advanced', { exact: true }).click();
}
