'use strict';
// Jobs for later: one that repeats all day, changed to once a day and for less, then deleted.
const assert = require('node:assert');
const { Planner } = require('../planner.cjs');

module.exports = async ({ page, open, rest, hand, shot, eventually }) => {
  const planner = new Planner(page, hand);
  const schedules = () => rest.get('cloud_code/jobs');

  await open('jobs/scheduled');
  await page.getByRole('button', { name: 'Schedule a job' }).click();
  await planner.describe('All day long', '{"bed": "roses"}');
  await planner.pick('Cloud job', 'tidy');
  await planner.flip('Should it repeat?');
  await planner.choose('How should it repeat?', 'on an interval');
  await planner.pick('Repeat on what interval?', '20', 'Minutes');
  await planner.pick('Starting at what time each day?', '0');
  await shot('form');
  await planner.schedule();
  await page.getByText('Each day, every 20 minutes, after 00:00').waitFor();
  await shot('list');
  const [made] = await eventually(async () => (await schedules()).length && schedules());
  assert.deepEqual(
    [made.jobName, made.description, made.params, made.repeatMinutes, made.timeOfDay],
    ['tidy', 'All day long', '{"bed": "roses"}', 20, '00:00:00.000Z'],
  );

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await planner.describe('At noon', '{"bed": "tulips"}');
  await planner.choose('How should it repeat?', 'daily');
  await planner.pick('When should it run each day?', '12', '30');
  await planner.schedule();
  await eventually(async () => (await schedules())[0].description === 'At noon');
  const [changed] = await schedules();
  assert.equal(changed.objectId, made.objectId);
  assert.equal(changed.timeOfDay, '12:30:00.000Z');
  assert.equal(changed.params, '{"bed": "tulips"}');

  await open('jobs/scheduled');
  await page.getByText('At noon').waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await hand.press('Delete');
  await eventually(async () => (await schedules()).length === 0);
  await page.getByText('On this page you can create JobSchedule objects.').waitFor();
};
