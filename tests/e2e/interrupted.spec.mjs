// Syncs that end in the middle: the next one finishes the work, and nothing is there twice.
import {
  BREAKAGE,
  card,
  expect,
  expectCounts,
  expectEnd,
  expectSettled,
  expectTrouble,
  expectTwoHundred,
  holdAnswer,
  openTab,
  readyTab,
  signInAgain,
  startSync,
  sync,
  syncButton,
  test,
} from './steps.mjs';

/** Longer than the function keeps a sync's right to write without a sign of life. */
const LEASE_MS = 31_000;

// Where a sync is cut off: the vendor has done the write, and the tab never learns of it.
const CUTS = [
  { what: 'the CRM has created the contacts', service: 'zoho', url_contains: '/crm/v8/Contacts', skip: 0, phase: 'Writing to the CRM' },
  { what: 'Exchange has taken the fourth of ten batches', service: 'microsoft', url_contains: '/$batch', skip: 3, phase: 'Writing to Exchange' },
];

for (const { what, phase, ...request } of CUTS) {
  test(`the tab is left when ${what}`, async ({ page, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    await stopAt(page, sandbox, request, phase);
    await page.goto('/contacts');

    // Leaving gives the right to write back: nobody waits.
    await openTab(page, amelia);
    await expectEnd(page, 'Interrupted');
    await expectTrouble(page, 'Last sync', 'MXS-3012', 'The last sync was interrupted');
    await signInAgain(page);
    await sync(page);
    await expectEnd(page, 'Completed');
    await expectTwoHundred(sandbox);
    await expectSettled(page, sandbox);
  });

  test(`the browser dies when ${what}`, async ({ page, context, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    await stopAt(page, sandbox, request, phase);
    await crash(page, context);

    // The dead tab still has the right to write, for a while.
    const next = await context.newPage();
    await openTab(next, amelia);
    await signInAgain(next);
    await expect(card(next, 'Sync')).toContainText('This mailbox is being synced in another place');
    await sandbox.post('/clock', { advance_ms: LEASE_MS });
    await sync(next, { button: card(next, 'Sync').getByRole('button', { name: /^(Try again|Sync now)$/ }) });
    await expectEnd(next, 'Completed');
    await expectTwoHundred(sandbox);
    await expectSettled(next, sandbox);
  });

  test(`the connection breaks when ${what}`, async ({ page, sandbox }) => {
    await readyTab(page, sandbox);
    await sandbox.post('/faults', { ...request, method: 'POST', effect: { kind: 'drop-after' } });
    // The sync looks what became of the write and goes on.
    await sync(page);
    expect(await sandbox.struck()).toBe(1);
    await expectEnd(page, 'Completed');
    await expectTwoHundred(sandbox);
    await expectSettled(page, sandbox);
  });
}

test('the page is reloaded while a slow sync writes', async ({ page, sandbox }) => {
  await readyTab(page, sandbox);
  await sandbox.post('/latency', { ms: 150 });
  await startSync(page);
  await expect(card(page, 'Sync').getByRole('status')).toHaveText('Writing to Exchange');
  await page.reload();
  await sandbox.post('/latency', { ms: 0 });
  await expectEnd(page, 'Interrupted');
  await signInAgain(page);
  await sync(page);
  await expectEnd(page, 'Completed');
  await expectTwoHundred(sandbox);
  await expectSettled(page, sandbox);
});

test('the program that syncs breaks while it writes', async ({ page, sandbox }) => {
  await readyTab(page, sandbox);
  const held = await holdAnswer(page, '/v1.0/$batch', 3);
  await sync(page, {
    meanwhile: async () => {
      await held.reached;
      const [worker] = page.workers();
      await worker.evaluate((text) => queueMicrotask(() => { throw new Error(text); }), BREAKAGE);
    },
  });
  held.release();
  await expectTrouble(page, 'Last sync', 'MXS-3013', 'The program that signs in and syncs did not start, or it stopped');
  // The tokens are gone with it; the right to write was given back.
  await signInAgain(page);
  await sync(page);
  await expectEnd(page, 'Completed');
  await expectTwoHundred(sandbox);
  await expectSettled(page, sandbox);
});

test('a cancelled sync keeps what it did, and the next one does the rest', async ({ page, sandbox }) => {
  await readyTab(page, sandbox);
  const held = await holdAnswer(page, '/v1.0/$batch', 3);
  await sync(page, {
    meanwhile: async () => {
      await held.reached;
      await card(page, 'Sync').getByRole('button', { name: 'Cancel' }).click();
      await expect(card(page, 'Sync').getByRole('button', { name: 'Cancelling' })).toHaveAttribute('aria-disabled', 'true');
      held.release();
    },
  });
  await expectEnd(page, 'Cancelled');
  await expect(card(page, 'Last sync')).toContainText('What was done stays done. The next sync does the rest.');
  const { mailbox, crm } = await sandbox.state();
  expect(crm).toHaveLength(200);
  expect(mailbox.length, 'it stopped on the way').toBeGreaterThan(100);
  expect(mailbox.length, 'it stopped on the way').toBeLessThan(200);

  await sync(page);
  await expectEnd(page, 'Completed');
  await expectCounts(page, { Created: [0, 200 - mailbox.length] });
  await expectTwoHundred(sandbox);
  await expectSettled(page, sandbox);
});

test('a second window waits while the first one syncs', async ({ page, context, sandbox }) => {
  const amelia = await readyTab(page, sandbox);
  const second = await context.newPage();
  await openTab(second, amelia);
  await signInAgain(second);
  const held = await holdAnswer(page, '/v1.0/$batch', 2);
  await sync(page, {
    meanwhile: async () => {
      await held.reached;
      await startSync(second);
      await expect(card(second, 'Sync')).toContainText('This mailbox is being synced in another place');
      held.release();
    },
  });
  await expectEnd(page, 'Completed');
  await expectTwoHundred(sandbox);
  // The second window finds out by itself.
  await expect(syncButton(second)).toBeVisible();
  await expect(card(second, 'Sync')).toContainText('200 records are linked.');
  await expectSettled(second, sandbox);
});

/**
 * Syncs as far as a request that is done and not answered. The server keeps the answer back: were requests held
 * in the browser, leaving the page would be another thing than it is for people.
 */
async function stopAt(page, sandbox, request, phase) {
  await sandbox.post('/faults', { ...request, method: 'POST', effect: { kind: 'none' }, delay_ms: LEASE_MS });
  await startSync(page);
  await expect.poll(() => sandbox.get('/faults')).toEqual([]);
  await expect(card(page, 'Sync').getByRole('status')).toHaveText(phase);
}

/** Kills the page's process: no event of leaving, nothing is sent. */
async function crash(page, context) {
  const session = await context.newCDPSession(page);
  const dead = page.waitForEvent('crash');
  // It is never answered.
  session.send('Page.crash').catch(() => {});
  await dead;
}
