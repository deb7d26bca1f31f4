// What a sync costs, in a browser against the sandbox: `./build.sh bench`. Prints numbers and judges none.
import { chromium } from '@playwright/test';
import startSandbox from '../e2e/sandbox.mjs';
import config from '../e2e/playwright.config.mjs';
import { Sandbox } from '../e2e/control.mjs';
import { median, table } from './table.mjs';
import { expectCounts, readyTab, sync } from '../e2e/steps.mjs';

const RUNS = 5;
const LATENCIES_MS = [0, 50];

// What one request carries at most, by the vendors' limits, and how many contacts are on one side only.
const CONTACTS = 100;
const floor = (most) => Math.ceil(CONTACTS / most);
const FIRST_SYNC = [
  { what: 'Exchange reads (pages of 500)', floor: floor(500), of: (call) => call.startsWith('microsoft GET ') },
  { what: 'Exchange writes (batches of 20)', floor: floor(20), of: (call) => call === 'microsoft POST /v1.0/$batch' },
  { what: 'CRM reads (queries of 2,000)', floor: floor(2_000), of: (call) => call.endsWith('/coql') || call.startsWith('zoho GET ') },
  { what: 'CRM writes (100 records each)', floor: floor(100), of: (call) => /^zoho (POST|PUT) .*\/Contacts$/.test(call) },
];
const NO_CHANGE = [
  { what: 'Exchange reads', floor: 1, of: (call) => call.startsWith('microsoft GET ') },
  { what: 'CRM reads', floor: 1, of: (call) => call.endsWith('/coql') || call.startsWith('zoho GET ') },
];

/** Milliseconds from the click until the progress is gone, by the page's own clock. */
function timeSync() {
  const card = document.getElementById('sync');
  return new Promise((resolve) => {
    const begun = performance.now();
    let running = false;
    new MutationObserver((_, observer) => {
      const progress = card.querySelector('progress');
      if (running && !progress) {
        observer.disconnect();
        resolve(performance.now() - begun);
      }
      running ||= progress !== null;
    }).observe(card, { childList: true, subtree: true });
    card.querySelector('button').click();
  });
}

/** A first sync of a fresh world, and the calls of it and of another one after it. */
async function firstSync(browser, sandbox, latency) {
  const context = await browser.newContext({ baseURL: sandbox.addresses.crm, locale: 'en-US' });
  const page = await context.newPage();
  await readyTab(page, sandbox, 'two-hundred');
  await sandbox.post('/latency', { ms: latency });
  await sandbox.post('/counters/reset');
  const tab = page.frames().find((frame) => frame.parentFrame());
  const milliseconds = await tab.evaluate(timeSync);
  await expectCounts(page, { Created: [CONTACTS, CONTACTS] });
  const first = await sandbox.calls();
  await sandbox.post('/latency', { ms: 0 });
  await sandbox.post('/counters/reset');
  await sync(page);
  const next = { calls: await sandbox.calls(), writes: await sandbox.writes() };
  await context.close();
  return { milliseconds, first, next };
}

const againstFloor = (calls, kinds) =>
  kinds.map(({ what, floor: least, of }) => {
    const made = Object.entries(calls).reduce((sum, [call, count]) => sum + (of(call) ? count : 0), 0);
    return [what, made, least, (made / least).toFixed(2)];
  });

const stop = await startSandbox();
const { executablePath, args } = config.use.launchOptions;
const browser = await chromium.launch({ executablePath, args });
try {
  const sandbox = await Sandbox.at(process.env.SANDBOX_URL);
  const times = [];
  let calls;
  for (const latency of LATENCIES_MS) {
    const taken = [];
    for (let run = 0; run < RUNS; run += 1) {
      calls = await firstSync(browser, sandbox, latency);
      taken.push(Math.round(calls.milliseconds));
    }
    taken.sort((a, b) => a - b);
    times.push([`${latency} ms`, median(taken), taken[0], taken.at(-1)]);
  }
  table(`First sync of ${2 * CONTACTS} contacts in the browser, milliseconds, ${RUNS} runs each`, ['added latency', 'median', 'min', 'max'], times);
  const head = ['calls', 'made', 'floor', 'ratio'];
  table('First sync', head, againstFloor(calls.first, FIRST_SYNC));
  table('Sync without a change', head, [...againstFloor(calls.next.calls, NO_CHANGE), ['writes', calls.next.writes, 0, '']]);
} finally {
  await browser.close();
  await stop();
}
