// The pages for everybody: by axe, by keyboard, in the dark, and on a narrow screen.
import AxeBuilder from '@axe-core/playwright';
import {
  EXTENSION,
  accept,
  card,
  connection,
  decline,
  expect,
  expectConnected,
  expectEnd,
  givePassword,
  openExtension,
  openMicrosoft,
  openTab,
  readyTab,
  sync,
  syncButton,
  tabOf,
  test,
  turnContactsOn,
  visit,
} from './steps.mjs';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const OPTIONS = { runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] };
const WIDTHS = [1280, 320];
// The CRM's own words for light and dark.
const MODES = ['Day', 'Night'];

/** Looks at a page as it is, in every width. */
async function inspect(page, what) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const { violations, passes } = await new AxeBuilder({ page }).options(OPTIONS).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect(found, `${what}, ${width} pixels wide`).toEqual([]);
    expect(passes.length, 'axe looked at something').toBeGreaterThan(5);
    for (const frame of page.frames()) {
      const [content, room] = await frame.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      expect(content, `${what}, ${width} pixels wide, does not scroll sideways: ${new URL(frame.url()).pathname}`).toBeLessThanOrEqual(room);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ colorScheme: mode === 'Night' ? 'dark' : 'light' });

    /** Chooses the CRM's mode; the tab follows it. */
    async function choose(page) {
      await page.goto('/contacts');
      await page.getByLabel('Display').selectOption(mode);
    }

    test('the pages of the CRM', async ({ page, sandbox }) => {
      await sandbox.reset('default');
      const amelia = sandbox.person('amelia');
      await choose(page);
      await visit(page, amelia, '/contacts');
      await expect(page.getByRole('table')).toBeVisible();
      await inspect(page, 'the contacts');
      await page.getByRole('table').getByRole('link').first().click();
      await expect(page.getByRole('link', { name: 'Edit' })).toBeVisible();
      await inspect(page, 'a contact');
      await page.getByRole('link', { name: 'Edit' }).click();
      await expect(page.getByRole('button', { name: 'Save contact' })).toBeVisible();
      await inspect(page, 'the form of a contact');
      await page.goto('/setup/marketplace');
      await inspect(page, 'the Marketplace');
      await openExtension(page, amelia);
      await page.getByRole('button', { name: 'Install', exact: true }).click();
      await page.getByRole('dialog').getByRole('radio', { name: 'Choose profiles' }).check();
      await inspect(page, 'the dialog that installs');
    });

    test('the tab and Microsoft’s pages', async ({ page, sandbox }) => {
      await sandbox.reset('empty');
      await sandbox.install();
      const amelia = sandbox.person('amelia');
      await choose(page);
      await openTab(page, amelia);
      await expect(tabOf(page).locator('html')).toHaveAttribute('data-theme', mode === 'Night' ? 'dark' : 'light');
      await inspect(page, 'the tab before connecting');

      const popup = await openMicrosoft(page, 'Connect Microsoft 365');
      await expect(popup.getByLabel('Password')).toBeVisible();
      await inspect(popup, 'the sign-in');
      await givePassword(popup, amelia.email, 'wrong');
      await expect(popup.getByRole('alert')).toBeVisible();
      await inspect(popup, 'the sign-in after a wrong password');
      await givePassword(popup, amelia.email, amelia.password);
      await expect(popup.getByRole('button', { name: 'Accept' })).toBeVisible();
      await inspect(popup, 'the consent');
      await decline(popup);
      await expect(connection(page).getByRole('alert')).toBeVisible();
      await inspect(page, 'the tab with an error');

      await accept(await openMicrosoft(page, 'Connect Microsoft 365'));
      await expectConnected(page);
      await turnContactsOn(page);
      await inspect(page, 'the tab when connected');

      await sandbox.addContact({ givenName: 'Cher' });
      await sandbox.addContact({ givenName: 'Endless', surname: 'W'.repeat(300) });
      await sandbox.addContact({ givenName: 'Ada', surname: 'Lovelace' });
      await sync(page);
      await expectEnd(page, 'Completed; 2 records need you');
      await inspect(page, 'the tab after a sync with problems');
    });

    test('the mailbox page', async ({ page, sandbox }) => {
      await sandbox.reset('default');
      await page.goto(sandbox.addresses.outlook);
      await expect(page.getByRole('table')).toBeVisible();
      await inspect(page, 'the mailbox');
      await page.getByRole('table').getByRole('button').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await inspect(page, 'the form of a mailbox contact');
    });
  });
}

/** The name of what has the focus, in the frame if it is there. */
async function focused(page) {
  const name = () => {
    const element = document.activeElement;
    return element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
  };
  const inFrame = await page.evaluate(() => document.activeElement.tagName === 'IFRAME');
  const frame = inFrame ? page.frames().find((frame) => frame.parentFrame()) : page.mainFrame();
  return (await frame.evaluate(name)).trim();
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(page, name) {
  const passed = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    passed.push(await focused(page));
    if (passed.at(-1) === name) return;
  }
  throw new Error(`Tab does not reach "${name}", only ${passed.join(', ')}`);
}

test('everything in the tab can be done with the keyboard', async ({ page, sandbox }) => {
  await sandbox.reset('two-hundred');
  await sandbox.install();
  const amelia = sandbox.person('amelia');
  await visit(page, amelia, '/contacts');
  await tabTo(page, EXTENSION);
  await page.keyboard.press('Enter');
  await expect(connection(page)).toContainText('Not connected');

  await tabTo(page, 'Connect Microsoft 365');
  const opened = page.waitForEvent('popup');
  await page.keyboard.press('Enter');
  const popup = await opened;
  // The first field has the focus already.
  await expect(popup.getByLabel('Email, phone, or Skype')).toBeFocused();
  await popup.keyboard.type(amelia.email);
  await popup.keyboard.press('Tab');
  await popup.keyboard.type(amelia.password);
  await popup.keyboard.press('Enter');
  await expect(popup.getByRole('heading', { name: 'Permissions requested' })).toBeVisible();
  await popup.keyboard.press('Tab');
  await popup.keyboard.press('Tab');
  await expect(popup.getByRole('button', { name: 'Accept' })).toBeFocused();
  await popup.keyboard.press('Enter');
  await expectConnected(page);

  await page.bringToFront();
  await tabTo(page, 'Sync contacts');
  await page.keyboard.press('Space');
  await tabTo(page, 'Both ways');
  await page.keyboard.press('ArrowDown');
  await expect(card(page, 'Settings').getByRole('radio', { name: 'Exchange to CRM' })).toBeChecked();
  await page.keyboard.press('ArrowUp');
  await tabTo(page, 'Save changes');
  await page.keyboard.press('Enter');
  await expect(card(page, 'Settings').getByText('Changes saved')).toBeVisible();
  await tabTo(page, 'Sync now');
  await sync(page, { button: { click: () => page.keyboard.press('Enter') } });
  await expectEnd(page, 'Completed');
  // The focus stays where it was.
  await expect(syncButton(page)).toBeFocused();
});

test('Escape closes dialogs and gives the focus back', async ({ page, sandbox }) => {
  const amelia = await readyTab(page, sandbox);
  await sync(page);
  const { crm } = await sandbox.state();
  await Promise.all(crm.slice(0, 150).map(({ id }) => sandbox.delete(`/zoho/Contacts/${id}`)));
  await sync(page);
  const review = card(page, 'Not in sync').getByRole('button', { name: 'Review deletions' });
  await review.focus();
  await page.keyboard.press('Enter');
  await expect(tabOf(page).getByRole('dialog')).toBeVisible();
  await inspect(page, 'the question before deleting');
  // What destroys nothing comes first.
  await expect(tabOf(page).getByRole('button', { name: 'Keep everything' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(tabOf(page).getByRole('dialog')).toBeHidden();
  await expect(review).toBeFocused();

  await openExtension(page, amelia);
  const uninstall = page.getByRole('button', { name: 'Uninstall' });
  await uninstall.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(uninstall).toBeFocused();
});
