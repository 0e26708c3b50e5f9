'use strict';
// A job is run with parameters, and its status looked at.
const assert = require('node:assert');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  await open('jobs');
  await page.getByText('tidy', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Run...' }).click();
  await hand.write(hand.dialog.locator('textarea'), '{"bed": "roses"}');
  await shot('run');
  await hand.press('Run');
  await page.getByRole('button', { name: 'Success!' }).waitFor();
  const run = await eventually(() => rest.first('_JobStatus', { status: 'succeeded' }));
  assert.equal(run.jobName, 'tidy');
  assert.equal(run.message, 'tidied the roses');

  await open('jobs/status');
  await page.getByText('succeeded', { exact: true }).waitFor();
  await page.getByText('tidied the roses').waitFor();
  await shot('status');
};
