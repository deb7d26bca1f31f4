// What a first visit downloads: what is weighed against the budget (build.sh lint) is what is fetched.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LATER } from '../../scripts/files.mjs';
import { connect, expect, expectConnected, openMicrosoft, givePassword, openTab, expectTrouble, test } from './steps.mjs';

const TAB = fileURLToPath(new URL('../../dist/tab', import.meta.url));

/** The names of the tab's own files as they are asked for. */
function downloads(context, sandbox) {
  const names = new Set();
  // Microsoft's window belongs to it as well.
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin === sandbox.addresses.tab) names.add(url.pathname === '/' ? 'index.html' : url.pathname.slice(1));
  });
  return names;
}

test.beforeEach(async ({ sandbox }) => {
  await sandbox.reset('empty');
  await sandbox.install();
});

test('a first visit downloads what the budget counts, and signing in the rest', async ({ page, context, sandbox }) => {
  const names = downloads(context, sandbox);
  const amelia = sandbox.person('amelia');
  await openTab(page, amelia);
  await page.waitForLoadState('networkidle');
  const built = readdirSync(TAB).filter((name) => !/\.(br|gz)$/.test(name));
  expect([...names].sort()).toEqual(built.filter((name) => !LATER.includes(name)).sort());
  await connect(page, amelia);
  expect([...names].sort()).toEqual(built.sort());
});

test('the program that signs in and syncs can not be downloaded', async ({ page, sandbox }) => {
  const amelia = sandbox.person('amelia');
  await page.route('**/mxs_worker_bg.wasm', (route) => route.abort());
  await openTab(page, amelia);
  const popup = await openMicrosoft(page, 'Connect Microsoft 365');
  await expectTrouble(page, 'Microsoft 365', 'MXS-3013', 'The program that signs in and syncs did not start');
  expect(popup.isClosed(), 'nobody is left with an empty window').toBe(true);
  await page.unroute('**/mxs_worker_bg.wasm');
  const second = await openMicrosoft(page, 'Connect Microsoft 365');
  await givePassword(second, amelia.email, amelia.password);
  await second.getByRole('button', { name: 'Accept' }).click();
  await expectConnected(page);
});
