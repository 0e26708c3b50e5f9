'use strict';
// What is planned runs, on the real clock: at once, and, changed, every minute. Not with the real Parse Server: it runs no schedules.
const assert = require('node:assert');
const { Planner } = require('../planner.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const planner = new Planner(page, hand);
  const runs = bed => rest.find('_JobStatus', { message: `tidied the ${bed}`, status: 'succeeded' }, 'order=createdAt');

  await open('jobs/scheduled');
  await page.getByRole('button', { name: 'Schedule a job' }).click();
  await planner.describe('Once', '{"bed": "roses"}');
  await planner.pick('Cloud job', 'tidy');
  await planner.schedule();
  const [once] = await eventually(async () => (await runs('roses')).length && runs('roses'));
  assert.equal(once.source, 'schedule');

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await planner.describe('Every minute', '{"bed": "tulips"}');
  await planner.flip('Should it repeat?');
  await planner.choose('How should it repeat?', 'on an interval');
  await planner.pick('Repeat on what interval?', '1');
  await planner.pick('Starting at what time each day?', '0');
  await planner.schedule();
  const planned = await eventually(async () => (await rest.get('cloud_code/jobs')).find(each => each.repeatMinutes === 1));
  const [first] = await eventually(async () => (await runs('tulips')).length && runs('tulips'), { seconds: 150 });
  assert.ok(first.createdAt > planned.createdAt);
  assert.equal((await runs('roses')).length, 1);

  await open('jobs/status');
  await page.getByText('succeeded', { exact: true }).first().waitFor();
  await shot('status');
};
module.exports.needs = { only: 'parsepy' };
