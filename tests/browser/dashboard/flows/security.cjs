'use strict';
// The report of the security checks: what is found wrong, and what is to be done about it.
const assert = require('node:assert');

const MARKS = { success: '✅', fail: '❌' };

module.exports = async ({ page, open, rest, hand, shot }) => {
  const { report } = await rest.get('security');
  const checks = report.groups.flatMap(group => group.checks);
  assert.ok(checks.some(check => check.state === 'fail') && checks.some(check => check.state === 'success'));

  await open('settings/general');
  await page.getByRole('link', { name: 'Security', exact: true }).click();
  await page.getByText('Overall status').waitFor();
  await shot('report');
  const shown = new Map((await hand.cells(page.locator('table tr'))).map(cells => [cells[0], cells]));

  assert.equal(shown.get('Overall status')[1], MARKS[report.state]);
  for (const { name, state } of report.groups) assert.equal(shown.get(name)[1], MARKS[state]);
  for (const { title, state, warning, solution } of checks) {
    const [, mark, issue, advice] = shown.get(title);
    const wanted = state === 'fail' ? [warning, solution] : ['', ''];
    assert.deepEqual([mark, issue ?? '', advice ?? ''], [MARKS[state], ...wanted], title);
  }
};

module.exports.needs = { server: { security: { enableCheck: true } }, app: { enableSecurityChecks: true } };
