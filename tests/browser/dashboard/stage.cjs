'use strict';
// The stage on which a flow plays: a browser that reaches this computer only, and everything that went wrong in it.
//   node stage.cjs needs FLOW          prints what servers the flow needs, as JSON
//   node stage.cjs play FLOW SCENE     plays it; SCENE is the JSON that backdrop.py writes. Exit code 1 says that it failed.
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { chromium } = require('playwright-core');
const { Rest } = require('./rest.cjs');
const { Hand } = require('./hand.cjs');

const KEPT_CALLS = 40;
const PERSON = { viewport: { width: 1440, height: 900 }, acceptDownloads: true, timezoneId: 'UTC', locale: 'en-US' };
const FONTS = 'fonts.googleapis.com';

const isHere = address => ['127.0.0.1', 'localhost'].includes(new URL(address).hostname);

// What a page did that no page should do, and the calls it made, for the report of a failure.
class Notes {
  constructor() {
    this.problems = [];
    this.calls = [];
    this.allowed = [];
  }

  allow(pattern) {
    this.allowed.push(pattern);
  }

  unexpected() {
    return this.problems.filter(problem => !this.allowed.some(pattern => pattern.test(problem)));
  }

  watch(page) {
    page.on('pageerror', error => this.problems.push(`page error: ${error.stack || error}`));
    page.on('console', message => {
      if (message.type() === 'error') {
        this.problems.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('response', response => void this.call(response));
  }

  async call(response) {
    const request = response.request();
    const { pathname } = new URL(request.url());
    if (!['fetch', 'xhr'].includes(request.resourceType()) || pathname.endsWith('/dashboard/')) return;
    const sent = withoutKeys(request.postData() ?? '');
    const call = `${response.status()} ${request.method()} ${pathname} ${sent}`.slice(0, 400);
    const answer = response.status() < 400 ? '' : await response.text().catch(() => '');
    this.calls.push(`${call}${answer && `\n      ${answer.slice(0, 400)}`}`);
    this.calls.splice(0, this.calls.length - KEPT_CALLS);
  }
}

function withoutKeys(sent) {
  return sent.replace(/"_(ApplicationId|MasterKey|ClientVersion|InstallationId)":"[^"]*",?/g, '');
}

async function block(context, notes) {
  await context.route(address => !isHere(address), route => {
    const { hostname } = new URL(route.request().url());
    if (hostname !== FONTS) {
      notes.problems.push(`asked for ${route.request().url()}`);
      return route.abort();
    }
    return route.fulfill({ status: 200, contentType: 'text/css', body: '' });
  });
}

// What a flow is given.
function props({ page, context, scene, notes, name }) {
  const rest = new Rest(scene);
  let shots = 0;
  const at = where => `${scene.dashboard}${where}`;
  return {
    page,
    context,
    scene,
    rest,
    hand: new Hand(page),
    folder: scene.folder,
    allow: pattern => notes.allow(pattern),
    eventually,
    // Opens a page of the app: open('browser/Note'). With { site: true } one of the dashboard itself: open('login', …).
    async open(where = '', { site = false } = {}) {
      await page.goto(at(site ? where : `apps/${scene.appName}/${where}`));
    },
    // Keeps what the page looks like now.
    async shot(what) {
      shots += 1;
      const file = path.join(scene.screenshots, `${name}-${String(shots).padStart(2, '0')}-${what}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
    },
    // A second browser, of another person: { page, hand }.
    async someone() {
      const other = await context.browser().newContext(PERSON);
      await block(other, notes);
      other.setDefaultTimeout(scene.patience * 1000);
      const tab = await other.newPage();
      notes.watch(tab);
      return { page: tab, hand: new Hand(tab), context: other, open: where => tab.goto(at(where)) };
    },
  };
}

// What `ask` gives once it gives something true; fails with its last error if it never does.
async function eventually(ask, { seconds = 20 } = {}) {
  const end = Date.now() + seconds * 1000;
  let problem = new Error('it never came');
  while (Date.now() < end) {
    try {
      const found = await ask();
      if (found) return found;
    } catch (error) {
      problem = error;
    }
    await pause(100);
  }
  throw problem;
}

async function play(flow, scene, name) {
  const notes = new Notes();
  const browser = await chromium.launch({ executablePath: scene.chromium, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const context = await browser.newContext({ ...PERSON, permissions: scene.permissions });
  context.setDefaultTimeout(scene.patience * 1000);
  await block(context, notes);
  context.on('page', page => notes.watch(page));
  const page = await context.newPage();
  try {
    await flow(props({ page, context, scene, notes, name }));
    const problems = notes.unexpected();
    if (problems.length) throw new Error(`the page had problems:\n  ${problems.join('\n  ')}`);
  } catch (error) {
    await page.screenshot({ path: path.join(scene.screenshots, `${name}-failed.png`) }).catch(() => {});
    throw new Error(report(error, page, notes), { cause: error });
  } finally {
    await browser.close();
  }
}

function report(error, page, notes) {
  const calls = notes.calls.map(call => `  ${call}`).join('\n');
  const problems = notes.problems.map(problem => `  ${problem}`).join('\n');
  return `${error.stack}\nat ${page.url()}\nproblems of the page:\n${problems}\nits last calls:\n${calls}`;
}

async function main([what, file, sceneFile]) {
  const flow = require(path.resolve(file));
  if (what === 'needs') {
    process.stdout.write(JSON.stringify(flow.needs ?? {}));
    return;
  }
  await play(flow, JSON.parse(fs.readFileSync(sceneFile, 'utf8')), path.basename(file, '.cjs'));
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
