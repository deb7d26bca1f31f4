// The Marketplace: who installs the extension, and who gets its tab.
import { EXTENSION, TAB_PATH, connection, expect, installFor, openExtension, test, visit } from './steps.mjs';

const inModules = (page) => page.getByRole('navigation', { name: 'Modules' }).getByRole('link', { name: EXTENSION });

test('an administrator installs for a profile: its users get the tab, others do not', async ({ page, sandbox }) => {
  await sandbox.reset('empty');
  await visit(page, sandbox.person('amelia'), '/setup/marketplace');
  await expect(inModules(page)).toBeHidden();
  await page.getByRole('link', { name: EXTENSION }).click();
  // What it may do is said before anybody installs it.
  for (const scope of ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.coql.READ', 'ZohoCRM.users.READ']) {
    await expect(page.getByRole('listitem').filter({ hasText: scope })).toBeVisible();
  }
  await installFor(page, 'Choose profiles', ['Sales']);
  await expect(page.getByText('Installed for: Sales')).toBeVisible();

  await visit(page, sandbox.person('oliver'), '/contacts');
  await inModules(page).click();
  await expect(connection(page)).toContainText('Not connected');

  await visit(page, sandbox.person('sofia'), '/contacts');
  await expect(page.getByRole('heading', { name: 'Contacts', level: 1 })).toBeVisible();
  await expect(inModules(page)).toBeHidden();
  await page.goto(TAB_PATH);
  await expect(page.getByText('You have no permission to open this tab.')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
});

test('without the terms accepted, or without a profile, nothing is installed', async ({ page, sandbox }) => {
  await sandbox.reset('empty');
  await openExtension(page, sandbox.person('amelia'));
  await page.getByRole('button', { name: 'Install', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Install ${EXTENSION}` });
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.getByRole('checkbox', { name: 'I agree to the terms of use' })).toBeFocused();
  await dialog.getByRole('checkbox', { name: 'I agree to the terms of use' }).check();
  await dialog.getByRole('radio', { name: 'Choose profiles' }).check();
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Choose at least one profile.');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect((await sandbox.get('/state')).extension.installed).toBe(false);
});

test('a standard user can neither install nor uninstall', async ({ page, sandbox }) => {
  await sandbox.reset('empty');
  const claire = sandbox.person('claire');
  await openExtension(page, claire);
  await expect(page.getByText('Only administrators install, uninstall and manage extensions.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Install', exact: true })).toBeHidden();
  // Nor past the page.
  const headers = { 'X-Sandbox-User': claire.id };
  const install = await page.request.put('/host/extension', { headers, data: { kind: 'all' } });
  expect(install.status()).toBe(403);
  await sandbox.install();
  await page.reload();
  await expect(page.getByText('Installed for: all users')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Uninstall' })).toBeHidden();
  expect((await page.request.delete('/host/extension', { headers })).status()).toBe(403);
});

test('uninstalling takes the tab away from everybody', async ({ page, sandbox }) => {
  await sandbox.reset('empty');
  const amelia = sandbox.person('amelia');
  await visit(page, amelia, '/contacts');
  await installFor(page, 'Install for all users');
  await visit(page, sandbox.person('claire'), '/contacts');
  await expect(inModules(page)).toBeVisible();

  await openExtension(page, amelia);
  await page.getByRole('button', { name: 'Uninstall' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Uninstall' }).click();
  await expect(page.getByRole('button', { name: 'Install', exact: true })).toBeVisible();
  await expect(inModules(page)).toBeHidden();
  await visit(page, sandbox.person('claire'), TAB_PATH);
  await expect(page.getByText('The extension is not installed.')).toBeVisible();
  await expect(inModules(page)).toBeHidden();
});
