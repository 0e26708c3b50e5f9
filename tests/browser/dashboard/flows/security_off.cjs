'use strict';
// Where the security checks are not switched on, the page says so.

module.exports = async ({ page, open, shot, allow }) => {
  allow(/\/parse\/security/);
  await open('settings/security');
  await page.getByText('Enable Parse Server option `security.enableCheck` to run security check.').waitFor();
  await shot('off');
};

module.exports.needs = { app: { enableSecurityChecks: true } };
