// What goes wrong, how the tab says it, and that the next sync does what the failed one could not.
import {
  accept,
  card,
  connect,
  connection,
  decline,
  expect,
  expectConnected,
  expectCounts,
  expectEnd,
  expectSettled,
  expectTrouble,
  expectTwoHundred,
  givePassword,
  holdAnswer,
  openMicrosoft,
  openTab,
  readyTab,
  sync,
  test,
  turnContactsOn,
} from './steps.mjs';

const CONNECTION = 'Microsoft 365';

test.describe('signing in', () => {
  test.beforeEach(async ({ page, sandbox }) => {
    await sandbox.reset('empty');
    await sandbox.install();
    await openTab(page, sandbox.person('amelia'));
  });

  test('a wrong password is said by Microsoft, and the right one still works', async ({ page, sandbox }) => {
    const amelia = sandbox.person('amelia');
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    await expect(connection(page)).toContainText('Waiting for the Microsoft window');
    await givePassword(popup, amelia.email, 'wrong');
    await expect(popup.getByRole('alert')).toContainText('Your account or password is incorrect.');
    await givePassword(popup, amelia.email, amelia.password);
    await accept(popup);
    await expectConnected(page);
  });

  test('consent that is denied', async ({ page, sandbox }) => {
    const amelia = sandbox.person('amelia');
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    await givePassword(popup, amelia.email, amelia.password);
    await decline(popup);
    await expectTrouble(page, CONNECTION, 'MXS-3003', 'Access was not granted');
    await expect(connection(page)).toContainText('Not connected');
    await accept(await openMicrosoft(page, 'Connect Microsoft 365'));
    await expectConnected(page);
    await expect(connection(page).getByRole('alert')).toBeHidden();
  });

  test('a window that the browser blocks', async ({ page, sandbox }) => {
    const frame = page.frames().find((frame) => frame.parentFrame());
    await frame.evaluate(() => {
      window.allowed = window.open;
      window.open = () => null;
    });
    await connection(page).getByRole('button', { name: 'Connect Microsoft 365' }).click();
    await expectTrouble(page, CONNECTION, 'MXS-3001', 'The Microsoft window was blocked');
    await frame.evaluate(() => (window.open = window.allowed));
    await connect(page, sandbox.person('amelia'));
  });

  test('a window that is closed', async ({ page, sandbox }) => {
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    await popup.close();
    await expectTrouble(page, CONNECTION, 'MXS-3002', 'The Microsoft window was closed');
    await connect(page, sandbox.person('amelia'));
  });

  test('waiting that is stopped', async ({ page, sandbox }) => {
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    const closed = popup.waitForEvent('close');
    await connection(page).getByRole('button', { name: 'Stop waiting' }).click();
    await closed;
    await expect(connection(page)).toContainText('Not connected');
    await expect(connection(page).getByRole('alert')).toBeHidden();
    await connect(page, sandbox.person('amelia'));
  });

  test('an answer that belongs to another sign-in', async ({ page, sandbox }) => {
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    await expect(popup.getByLabel('Password')).toBeVisible();
    const forged = `${sandbox.addresses.tab}/auth.html?code=stolen&state=not-the-one`;
    await popup.evaluate((url) => location.assign(url), forged);
    await expectTrouble(page, CONNECTION, 'MXS-3004', 'The sign-in was stopped for your safety');
    const calls = Object.keys(await sandbox.calls());
    expect(calls.filter((call) => call.endsWith('/token')), 'the code was not used').toEqual([]);
    await connect(page, sandbox.person('amelia'));
  });

  test('a user without a mailbox', async ({ page, sandbox }) => {
    const sofia = sandbox.person('sofia');
    await openTab(page, sofia);
    const popup = await openMicrosoft(page, 'Connect Microsoft 365');
    await givePassword(popup, sofia.email, sofia.password);
    await accept(popup);
    await expectConnected(page);
    await turnContactsOn(page);
    await sync(page);
    await expectTrouble(page, 'Last sync', 'MXS-1002', 'Microsoft refused access to the mailbox');
  });

  test('a mailbox that syncs with another CRM user', async ({ page, browser, baseURL, sandbox }) => {
    const [amelia, oliver] = [sandbox.person('amelia'), sandbox.person('oliver')];
    await connect(page, amelia);
    // Another computer: Microsoft knows nobody there.
    const computer = await browser.newContext({ baseURL });
    const other = await computer.newPage();
    await openTab(other, oliver);
    const popup = await openMicrosoft(other, 'Connect Microsoft 365');
    await givePassword(popup, amelia.email, amelia.password);
    await expectTrouble(other, CONNECTION, 'MXS-4007', 'This mailbox is connected to another CRM user');
    await expect(connection(other)).toContainText('Not connected');
    await computer.close();
  });

  test('another mailbox than the connected one asks first; Escape keeps the old one', async ({ page, sandbox }) => {
    const [amelia, kenji] = [sandbox.person('amelia'), sandbox.person('kenji')];
    await connect(page, amelia);
    const popup = await openMicrosoft(page, 'Use another mailbox');
    await givePassword(popup, kenji.email, kenji.password);
    await accept(popup);
    const dialog = connection(page).getByRole('dialog', { name: 'Connect another mailbox?' });
    await expect(dialog).toContainText(`You signed in as ${kenji.email}, but ${amelia.email} is connected.`);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(connection(page)).toContainText(amelia.email);
    await expectConnected(page);
    await givePassword(await openMicrosoft(page, 'Use another mailbox'), kenji.email, kenji.password);
    await dialog.getByRole('button', { name: `Connect ${kenji.email}` }).click();
    await expect(connection(page)).toContainText(kenji.email);
    await expectConnected(page);
  });
});

test.describe('during a sync', () => {
  for (const { what, revoke } of [
    { what: 'the session is revoked', revoke: ['/microsoft/sessions/revoke', '/microsoft/access-tokens/expire'] },
    { what: 'the token expires early', revoke: ['/microsoft/access-tokens/expire'] },
  ]) {
    test(`${what}: the tab asks to sign in, and the next sync finishes`, async ({ page, sandbox }) => {
      const amelia = await readyTab(page, sandbox);
      const held = await holdAnswer(page, '/v1.0/$batch', 3);
      await sync(page, {
        meanwhile: async () => {
          await held.reached;
          for (const path of revoke) await sandbox.post(path, { user: amelia.email });
          held.release();
        },
      });
      await expectEnd(page, 'Failed');
      await expectTrouble(page, 'Last sync', 'MXS-1001', 'Microsoft no longer accepts your sign-in');
      await expect(connection(page).getByRole('status', { name: 'Connection' })).toHaveText('Signed out');
      await expect(card(page, 'Sync')).toContainText('Sign in to Microsoft 365 first.');

      const popup = await openMicrosoft(page, 'Sign in');
      if (revoke.length > 1) await givePassword(popup, amelia.email, amelia.password);
      await expectConnected(page);
      await sync(page);
      await expectEnd(page, 'Completed');
      await expectTwoHundred(sandbox);
      await expectSettled(page, sandbox);
    });
  }

  test('consent that an administrator takes back', async ({ page, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    await sandbox.post('/microsoft/consent/revoke', { user: amelia.email });
    await sandbox.post('/microsoft/access-tokens/expire', { user: amelia.email });
    await sync(page);
    await expectTrouble(page, 'Last sync', 'MXS-1001', 'Microsoft no longer accepts your sign-in');
    await accept(await openMicrosoft(page, 'Sign in'));
    await expectConnected(page);
    await sync(page);
    await expectTwoHundred(sandbox);
  });

  const json = (code) => ({ body: JSON.stringify({ code, details: {}, message: 'a test', status: 'error' }) });
  const html = { body: '<!doctype html><title>A proxy</title>', media_type: 'text/html' };

  for (const { status, answer, code, title } of [
    { status: 401, answer: json('INVALID_TOKEN'), code: 'MXS-1005', title: 'The CRM no longer accepts your session' },
    { status: 403, answer: json('NO_PERMISSION'), code: 'MXS-1006 (NO_PERMISSION)', title: 'The CRM refused access' },
    { status: 200, answer: html, code: 'MXS-1008', title: "The CRM's answer can't be understood" },
  ]) {
    test(`the CRM answers ${status} ${answer.media_type ?? ''}`, async ({ page, sandbox }) => {
      await readyTab(page, sandbox);
      await sandbox.post('/faults', { service: 'zoho', url_contains: '/crm/v8/coql', effect: { kind: 'status', status, ...answer } });
      await sync(page);
      await expectEnd(page, 'Failed');
      await expectTrouble(page, 'Last sync', code, title);
      await sync(page);
      await expectEnd(page, 'Completed');
      await expectTwoHundred(sandbox);
    });
  }

  // The tab tries again after some seconds; its timers are moved on instead of waiting for them.
  const COQL = 'zoho POST /crm/v8/coql';
  const unwell = (status, answer, times) => ({ service: 'zoho', url_contains: '/crm/v8/coql', times, effect: { kind: 'status', status, ...answer } });

  for (const { status, answer } of [
    { status: 429, answer: json('TOO_MANY_REQUESTS') },
    { status: 500, answer: json('INTERNAL_ERROR') },
    { status: 502, answer: html },
  ]) {
    test(`the CRM answers ${status} again and again`, async ({ page, sandbox }) => {
      await readyTab(page, sandbox);
      await holdTimers(page);
      await sandbox.post('/faults', unwell(status, answer, 5));
      await sandbox.post('/counters/reset');
      await sync(page, { meanwhile: () => passPauses(page, sandbox, COQL, [1, 2, 4, 8]) });
      await expectEnd(page, 'Failed');
      await expectTrouble(page, 'Last sync', `MXS-1007 (HTTP ${status})`, "The CRM can't be reached");
      await sync(page);
      await expectEnd(page, 'Completed');
      await expectTwoHundred(sandbox);
    });
  }

  test('the CRM fails once: the sync goes on by itself', async ({ page, sandbox }) => {
    await readyTab(page, sandbox);
    await holdTimers(page);
    await sandbox.post('/faults', unwell(500, json('INTERNAL_ERROR'), 1));
    await sandbox.post('/counters/reset');
    await sync(page, { meanwhile: () => passPauses(page, sandbox, COQL, [1]) });
    await expectEnd(page, 'Completed');
    await expectCounts(page, { Created: [100, 100] });
  });

  test('Microsoft throttles: the sync waits and goes on by itself', async ({ page, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    await holdTimers(page);
    await sandbox.post('/microsoft/throttle', { mailbox: amelia.email, times: 2, retry_after: '7' });
    await sandbox.post('/counters/reset');
    await sync(page, { meanwhile: () => passPauses(page, sandbox, 'microsoft GET /v1.0/me/contacts/delta', [7, 7]) });
    await expectEnd(page, 'Completed');
    await expectCounts(page, { Created: [100, 100] });
  });

  test('Microsoft forgets in mid-reading what it told: the sync reads anew', async ({ page, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    let pages = 0;
    await page.route(
      (url) => url.pathname.endsWith('/me/contacts/delta'),
      async (route) => {
        pages += 1;
        // The third page finds the token dead.
        if (pages === 3) await sandbox.post('/microsoft/delta-tokens/expire', { mailbox: amelia.email });
        const headers = await route.request().allHeaders();
        return route.continue({ headers: { ...headers, prefer: headers.prefer.replace(/maxpagesize=\d+/, 'maxpagesize=20') } });
      },
    );
    await sync(page);
    await expectEnd(page, 'Completed');
    await expectCounts(page, { Created: [100, 100] });
    expect(pages, 'it began again').toBeGreaterThan(6);
    await expectTwoHundred(sandbox);
    await expectSettled(page, sandbox);
  });

  test('Microsoft forgets between two syncs what it told: nothing is doubled', async ({ page, sandbox }) => {
    const amelia = await readyTab(page, sandbox);
    await sync(page);
    await sandbox.post('/microsoft/delta-tokens/expire', { mailbox: amelia.email, as: 'gone-without-location' });
    await expectSettled(page, sandbox);
    await expectTwoHundred(sandbox);
  });
});

test('contacts that the CRM can’t take are listed with their reasons, and sync once they are mended', async ({ page, sandbox }) => {
  const amelia = await readyTab(page, sandbox, 'empty');
  const long = 'Ō'.repeat(300);
  const nameless = await sandbox.addContact({ givenName: 'Cher', emailAddresses: [{ address: 'cher@music.example' }] });
  const endless = await sandbox.addContact({ givenName: 'Endless', surname: long });
  await sandbox.addContact({ givenName: 'Ada', surname: 'Lovelace' });

  await sync(page);
  await expectEnd(page, 'Completed; 2 records need you');
  const problems = card(page, 'Not in sync');
  const group = (text) => problems.getByRole('listitem').filter({ hasText: text }).first();
  await expect(group('The CRM needs a last name, and this contact has none.')).toContainText('Cher (in Exchange)');
  await expect(group('The CRM refused the last name')).toContainText('Shorten it to 80 characters and sync again.');
  await expect(group('The CRM refused the last name')).toContainText(`Endless ${long.slice(0, 192)} (in Exchange)`);
  expect((await sandbox.state()).crm.map((record) => record.Last_Name)).toEqual(['Lovelace']);

  const change = (id, changes) => sandbox.patch(`/microsoft/contacts/${encodeURIComponent(id)}?mailbox=${encodeURIComponent(amelia.email)}`, changes);
  await change(nameless.id, { surname: 'Sarkisian' });
  await change(endless.id, { surname: 'Ōta' });
  await sync(page);
  await expectEnd(page, 'Completed');
  await expectCounts(page, { Created: [2, 0] });
  await expect(problems).toContainText('Every record that takes part is in sync.');
  await expectSettled(page, sandbox);
});

/** Takes the worker's timers into the test's hands: it waits where it syncs. */
const holdTimers = (page) =>
  page.workers()[0].evaluate(() => {
    const waiting = new Map();
    let last = 0;
    self.setTimeout = (callback, ms) => {
      waiting.set(++last, { callback, ms });
      return last;
    };
    self.clearTimeout = (id) => waiting.delete(id);
    self.pass = (ms) => {
      for (const [id, timer] of waiting) {
        timer.ms -= ms;
        if (timer.ms > 0) continue;
        waiting.delete(id);
        timer.callback();
      }
    };
  });

/** Lets each of the `pauses` pass, in seconds, after which a call is tried again. */
async function passPauses(page, sandbox, call, pauses) {
  // A request that meets a fault reaches nobody, so that it is counted as a fault only.
  const tries = async () => ((await sandbox.calls())[call] ?? 0) + (await sandbox.struck());
  await expect.poll(tries).toBe(1);
  for (const [index, pause] of pauses.entries()) {
    await expect
      .poll(async () => {
        // Too early a jump does nothing: the failure has not arrived yet. One too many is over the next pause.
        await page.workers()[0].evaluate((ms) => self.pass(ms), pause * 1_000);
        return tries();
      })
      .toBeGreaterThanOrEqual(index + 2);
  }
}
