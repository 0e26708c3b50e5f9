'use strict';
// Two people talk in the chat example: node chat.cjs PAGE CHROMIUM SCREENSHOT. Prints what each of them sees, as JSON.
const { chromium } = require('playwright-core');

async function join(browser, page, name) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const problems = [];
  tab.on('pageerror', error => problems.push(String(error)));
  await tab.goto(page);
  await tab.getByText('connected', { exact: true }).waitFor();
  await tab.getByLabel('Name').fill(name);
  return { tab, problems };
}

async function say(tab, text) {
  await tab.getByLabel('Text').fill(text);
  await tab.getByRole('button', { name: 'Send' }).click();
}

async function main([page, executablePath, screenshot]) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const ann = await join(browser, page, 'Ann');
  const bob = await join(browser, page, 'Bob');
  const stranger = await join(browser, `${page}&room=elsewhere`, 'Cid');

  await say(ann.tab, 'Hello Bob');
  await bob.tab.getByText('Hello Bob').waitFor();
  await say(bob.tab, 'Hi <b>Ann</b>!');
  await ann.tab.getByText('Hi <b>Ann</b>!').waitFor();
  await say(bob.tab, '   ');
  await bob.tab.getByText('Say something, in at most').waitFor();
  const late = await join(browser, page, 'Dan');
  await late.tab.getByText('Hello Bob').waitFor();
  await bob.tab.screenshot({ path: screenshot });

  const seen = {};
  for (const [name, { tab }] of Object.entries({ ann, bob, stranger, late })) {
    seen[name] = await tab.locator('#messages li').allTextContents();
  }
  const problems = [ann, bob, stranger, late].flatMap(each => each.problems);
  process.stdout.write(JSON.stringify({ seen, problems }));
  await browser.close();
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
