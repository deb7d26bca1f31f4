// What people do, step by step, and what they see.
import { expect, test as base } from '@playwright/test';
import { Sandbox } from './control.mjs';

export { expect };

export const EXTENSION = 'MS Exchange Sync';
export const TAB_PATH = '/tab/ms-exchange-sync';
const EXTENSION_PATH = '/setup/marketplace/ms-exchange-sync';

/** What a test says when it breaks something on purpose. */
export const BREAKAGE = 'broken on purpose';

/** `sandbox` is the running sandbox; every test resets it first. A test fails when a page throws. */
export const test = base.extend({
  sandbox: async ({ baseURL }, use) => use(await Sandbox.at(baseURL)),
  silence: [
    async ({ context }, use) => {
      const complaints = [];
      context.on('weberror', (error) => {
        const text = String(error.error());
        // Leaving a page ends its requests.
        if (text !== 'TypeError: Failed to fetch' && !text.includes(BREAKAGE)) complaints.push(text);
      });
      context.on('console', (message) => {
        const text = message.text();
        if (message.type() === 'error' && /panicked|Content Security Policy/.test(text)) complaints.push(text);
      });
      await use();
      expect(complaints, 'what the pages threw').toEqual([]);
    },
    { auto: true },
  ],
});

// The CRM

/** Goes to a page of the CRM as somebody. */
export async function visit(page, person, path) {
  await page.goto(path);
  const user = page.getByLabel('Signed in as');
  await expect(user).not.toHaveValue('');
  if ((await user.inputValue()) === person.id) return;
  await user.selectOption({ label: `${person.name} (${person.profile})` });
  await page.goto(path);
  await expect(user).toHaveValue(person.id);
}

/** Installs the extension by the Marketplace. `choice` is the label of a choice, `profiles` those to tick. */
export async function installFor(page, choice, profiles = []) {
  await page.goto('/setup/marketplace');
  await page.getByRole('searchbox', { name: 'Search extensions' }).fill('exchange');
  await page.getByRole('main').getByRole('link', { name: EXTENSION }).click();
  await page.getByRole('button', { name: 'Install', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Install ${EXTENSION}` });
  await dialog.getByRole('checkbox', { name: 'I agree to the terms of use' }).check();
  await dialog.getByRole('radio', { name: choice }).check();
  for (const profile of profiles) await dialog.getByRole('checkbox', { name: profile }).check();
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Installed for:')).toBeVisible();
}

/** Opens the extension's own page of the Marketplace. */
export const openExtension = (page, person) => visit(page, person, EXTENSION_PATH);

/** Edits a contact on its CRM page: `{ 'Job title': 'x' }`. */
export async function editInCrm(page, name, values) {
  await page.goto(`/contacts?q=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Save contact' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

/** Edits a contact as in Outlook. */
export async function editInOutlook(page, sandbox, person, name, values) {
  await page.goto(`${sandbox.addresses.outlook}?mailbox=${encodeURIComponent(person.email)}`);
  await page.getByRole('searchbox', { name: 'Search contacts' }).fill(name);
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  for (const [label, value] of Object.entries(values)) await dialog.getByLabel(label, { exact: true }).fill(value);
  await dialog.getByRole('button', { name: 'Save contact' }).click();
  await expect(dialog).toBeHidden();
}

// The tab

/** The tab inside the CRM's page. */
export const tabOf = (page) => page.locator(`iframe[title="${EXTENSION}"]`).contentFrame();

/** One of its cards. */
export const card = (page, name) => tabOf(page).getByRole('region', { name, exact: true });

export const connection = (page) => card(page, 'Microsoft 365');

/** Opens the tab as somebody and waits until it is there. */
export async function openTab(page, person) {
  await visit(page, person, '/contacts');
  await page.getByRole('navigation', { name: 'Modules' }).getByRole('link', { name: EXTENSION }).click();
  await expect(connection(page)).toBeVisible();
}

/** Clicks a button of the connection card and waits for Microsoft's window. */
export async function openMicrosoft(page, button) {
  const popup = page.waitForEvent('popup');
  await connection(page).getByRole('button', { name: button }).click();
  return popup;
}

/** Clicks in Microsoft's window, which may close at that before the click has come to its end. */
export async function clickIn(popup, name) {
  const click = popup.getByRole('button', { name }).click();
  await click.catch((error) => {
    if (!popup.isClosed()) throw error;
  });
}

/** Fills in Microsoft's sign-in page. */
export async function givePassword(popup, email, password) {
  await popup.getByLabel('Email, phone, or Skype').fill(email);
  await popup.getByLabel('Password').fill(password);
  await clickIn(popup, 'Sign in');
}

export const accept = (popup) => clickIn(popup, 'Accept');
export const decline = (popup) => clickIn(popup, 'Cancel');

export const expectConnected = (page) =>
  expect(connection(page).getByRole('status', { name: 'Connection' })).toHaveText('Connected');

/** Connects a mailbox for the first time: password and consent. */
export async function connect(page, person) {
  const popup = await openMicrosoft(page, 'Connect Microsoft 365');
  await givePassword(popup, person.email, person.password);
  await accept(popup);
  await expectConnected(page);
}

/** Signs in again while Microsoft still knows the browser: its window closes by itself. */
export async function signInAgain(page) {
  await openMicrosoft(page, 'Sign in');
  await expectConnected(page);
}

/** Turns the sync of contacts on, both ways, and saves. */
export async function turnContactsOn(page, winner = 'CRM wins') {
  const settings = card(page, 'Settings');
  await settings.getByRole('switch', { name: 'Sync contacts' }).check();
  await settings.getByRole('radio', { name: 'Both ways' }).check();
  await settings.getByRole('radio', { name: winner }).check();
  await settings.getByRole('button', { name: 'Save changes' }).click();
  await expect(settings.getByText('Changes saved')).toBeVisible();
}

export const syncButton = (page) => card(page, 'Sync').getByRole('button', { name: 'Sync now' });

/** Clicks "Sync now" and nothing else. */
export const startSync = (page) => syncButton(page).click();

/** Syncs, and waits until the tab shows how it ended. `meanwhile` is done while it runs. */
export async function sync(page, { meanwhile = async () => {}, button = syncButton(page) } = {}) {
  // The tab's last call; what it showed before may look the same as what it shows after.
  const finished = page.waitForResponse((answer) => /\/v1\/lease\/\d+\/finish$/.test(answer.url()));
  await button.click();
  await meanwhile();
  await finished;
  await expect(card(page, 'Sync').getByRole('progressbar')).toBeHidden();
}

/** How the last sync ended. */
export const expectEnd = (page, words) => expect(card(page, 'Last sync').getByRole('status')).toHaveText(words);

/** What the last sync did, in the CRM and in Exchange: `{ Created: [100, 100] }`; what isn't named must be 0. */
export async function expectCounts(page, counts) {
  for (const row of ['Created', 'Updated', 'Deleted', 'Skipped', 'Failed']) {
    const cells = card(page, 'Last sync').getByRole('row', { name: row }).getByRole('cell');
    await expect(cells, row).toHaveText((counts[row] ?? [0, 0]).map(String));
  }
}

/** A number under the counts of the last sync. */
export const fact = (page, term) => card(page, 'Last sync').locator('dl > div').filter({ has: page.getByRole('term').filter({ hasText: term }) }).getByRole('definition');

/** An explained error in a card. */
export async function expectTrouble(page, where, code, title) {
  const banner = card(page, where).getByRole('alert');
  await expect(banner).toContainText(title);
  await expect(banner.getByRole('definition').filter({ hasText: code })).toBeVisible();
}

/** The tab of somebody who is connected and has turned contacts on. */
export async function readyTab(page, sandbox, seed = 'two-hundred') {
  await sandbox.reset(seed);
  await sandbox.install();
  const amelia = sandbox.person('amelia');
  await openTab(page, amelia);
  await connect(page, amelia);
  await turnContactsOn(page);
  return amelia;
}

// The world

const nameOf = {
  mailbox: (contact) => [contact.givenName, contact.surname].filter(Boolean).join(' '),
  crm: (record) => [record.First_Name, record.Last_Name].filter(Boolean).join(' '),
};

/** Both sides hold the same two hundred people, each once. */
export async function expectTwoHundred(sandbox) {
  const state = await sandbox.state();
  const names = { mailbox: state.mailbox.map(nameOf.mailbox).sort(), crm: state.crm.map(nameOf.crm).sort() };
  expect(names.mailbox, 'each once').toEqual([...new Set(names.mailbox)]);
  expect(names.mailbox).toHaveLength(200);
  expect(names.crm).toEqual(names.mailbox);
}

/** A person on both sides. */
export async function personOnBothSides(sandbox, name) {
  const state = await sandbox.state();
  const [mailbox, crm] = [state.mailbox.filter((contact) => nameOf.mailbox(contact) === name), state.crm.filter((record) => nameOf.crm(record) === name)];
  expect([mailbox.length, crm.length], `${name} is there once`).toEqual([1, 1]);
  return { mailbox: mailbox[0], crm: crm[0] };
}

/** Syncs once more: nothing is left to write. */
export async function expectSettled(page, sandbox) {
  await sandbox.post('/counters/reset');
  await sync(page);
  await expectEnd(page, 'Completed');
  await expectCounts(page, {});
  expect(await sandbox.writes(), 'writes').toBe(0);
  return sandbox.calls();
}

/**
 * Lets `skip` of the requests whose path ends with `path` pass and keeps back the answer of the next: the
 * server has acted, and the page doesn't know. `reached` is kept when that is so; `release` hands the answer out.
 */
export async function holdAnswer(page, path, skip = 0) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  let reach;
  const reached = new Promise((resolve) => (reach = resolve));
  let passed = 0;
  await page.route(
    (url) => url.pathname.endsWith(path),
    async (route) => {
      if (route.request().method() !== 'POST' || passed++ !== skip) return route.fallback();
      const response = await route.fetch();
      reach();
      await released;
      // Nobody waits for it any more when the page is gone.
      return route.fulfill({ response }).catch(() => {});
    },
  );
  return { reached, release };
}
