// The story of a user: connect, choose, sync, and keep both sides the same.
import {
  card,
  connect,
  editInCrm,
  editInOutlook,
  expect,
  expectCounts,
  expectEnd,
  expectSettled,
  expectTwoHundred,
  fact,
  installFor,
  openTab,
  personOnBothSides,
  sync,
  syncButton,
  test,
  turnContactsOn,
  visit,
} from './steps.mjs';

/**
 * What the first sync of two hundred asks; the batches are of twenty: to create, and to mark what was created. What a
 * query can't tell of a page's contacts, their tags, is asked for by a call of its own.
 */
const FIRST = {
  'microsoft GET /v1.0/me/contacts': 1,
  'microsoft GET /v1.0/me/contacts/delta': 1,
  'microsoft POST /v1.0/$batch': 10,
  'zoho GET /crm/v8/Contacts': 1,
  'zoho POST /crm/v8/Contacts': 1,
  'zoho POST /crm/v8/coql': 1,
};

/**
 * What a sync without changes asks: one call for each list of changes, and, since a person started it, one that counts.
 * What was written just now is read once more, with its tags.
 */
const NO_CHANGE = {
  'microsoft GET /v1.0/me/contacts': 1,
  'microsoft GET /v1.0/me/contacts/delta': 1,
  'zoho GET /crm/v8/Contacts': 2,
  'zoho GET /crm/v8/Contacts/deleted': 1,
  'zoho POST /crm/v8/coql': 1,
};

test('two hundred contacts come together, and edits on both sides are merged field by field', async ({ page, context, sandbox }) => {
  await sandbox.reset('two-hundred');
  const amelia = sandbox.person('amelia');
  await visit(page, amelia, '/contacts');
  await installFor(page, 'Install for all users');
  await openTab(page, amelia);

  // What stands in the way is said, one thing after the other.
  const why = card(page, 'Sync');
  await expect(why).toContainText('Connect a mailbox first.');
  await expect(syncButton(page)).toHaveAttribute('aria-disabled', 'true');
  await connect(page, amelia);
  await expect(why).toContainText('Turn on contacts in the settings first.');
  await turnContactsOn(page);

  await sandbox.post('/counters/reset');
  await sync(page);
  await expectEnd(page, 'Completed');
  await expectCounts(page, { Created: [100, 100] });
  expect(await sandbox.calls()).toEqual(FIRST);
  const { microsoft } = (await sandbox.get('/counters')).requests;
  expect(microsoft['OPTIONS /v1.0/$batch'], 'the browser asks only once whether the tab may write').toBe(1);
  await expect(card(page, 'Sync')).toContainText('200 records are linked.');
  await expect(card(page, 'Not in sync')).toContainText('Every record that takes part is in sync.');
  await expectTwoHundred(sandbox);

  expect(await expectSettled(page, sandbox)).toEqual(NO_CHANGE);

  // The CRM's pages in a window of their own: leaving the tab would end the sign-in.
  const other = await context.newPage();
  const [different, same] = ['Agathe Adeyemi', 'Jasmine Lambert'];
  await editInCrm(other, different, { Mobile: '+33 6 12 34 56 78' });
  await editInOutlook(other, sandbox, amelia, different, { 'Job title': 'Chief buyer' });
  await editInCrm(other, same, { Title: 'Title of the CRM', Department: 'Only in the CRM' });
  await editInOutlook(other, sandbox, amelia, same, { 'Job title': 'Title of Outlook' });

  await sync(page);
  await expectEnd(page, 'Completed');
  await expectCounts(page, { Updated: [1, 2] });
  await expect(fact(page, 'Conflicts')).toHaveText(/^1 /);
  let person = await personOnBothSides(sandbox, different);
  expect(person.crm).toMatchObject({ Mobile: '+33 6 12 34 56 78', Title: 'Chief buyer' });
  expect(person.mailbox).toMatchObject({ mobilePhone: '+33 6 12 34 56 78', jobTitle: 'Chief buyer' });
  person = await personOnBothSides(sandbox, same);
  expect(person.crm).toMatchObject({ Title: 'Title of the CRM', Department: 'Only in the CRM' });
  expect(person.mailbox).toMatchObject({ jobTitle: 'Title of the CRM', department: 'Only in the CRM' });
  expect(await expectSettled(page, sandbox)).toEqual(NO_CHANGE);

  // The other rule.
  await turnContactsOn(page, 'Exchange wins');
  await editInCrm(other, same, { Title: 'Second title of the CRM' });
  await editInOutlook(other, sandbox, amelia, same, { 'Job title': 'Second title of Outlook' });
  await sync(page);
  await expectCounts(page, { Updated: [1, 0] });
  person = await personOnBothSides(sandbox, same);
  expect([person.crm.Title, person.mailbox.jobTitle]).toEqual(['Second title of Outlook', 'Second title of Outlook']);
  expect(await expectSettled(page, sandbox)).toEqual(NO_CHANGE);

  expect((await sandbox.state()).outbox, 'nobody was sent a mail').toEqual([]);
});

test('people as they are: samples from many programs, and only one’s own contacts of the CRM', async ({ page, sandbox }) => {
  await sandbox.reset('default');
  await sandbox.install();
  const [amelia, claire] = [sandbox.person('amelia'), sandbox.person('claire')];
  await openTab(page, amelia);
  await connect(page, amelia);
  await turnContactsOn(page);
  const before = await sandbox.state();
  await sync(page);
  await expectEnd(page, /^Completed/);
  await expect(fact(page, 'Matched')).toHaveText(/^[1-9]/);

  const after = await sandbox.state();
  const owned = (state, person) => state.crm.filter((record) => record.Owner.id === person.id);
  const inMailbox = (state, records) => {
    const addresses = state.mailbox.flatMap(({ emailAddresses }) => emailAddresses.map(({ address }) => address));
    return records.map(({ Email }) => Email).filter((email) => addresses.includes(email));
  };
  const [mine, hers] = [owned(before, amelia).filter(({ Email }) => Email), owned(before, claire)];
  expect(inMailbox(before, mine).length).toBeLessThan(mine.length);
  expect(inMailbox(after, mine)).toHaveLength(mine.length);
  expect(hers).not.toEqual([]);
  expect(owned(after, claire)).toEqual(hers);
  expect(inMailbox(after, hers)).toEqual(inMailbox(before, hers));

  await sandbox.post('/counters/reset');
  await sync(page);
  expect(await sandbox.writes(), 'writes of a second sync').toBe(0);
});

test('one way: the other side is not written, and its own contacts stay its own', async ({ page, sandbox }) => {
  await sandbox.reset('two-hundred');
  await sandbox.install();
  const amelia = sandbox.person('amelia');
  await openTab(page, amelia);
  await connect(page, amelia);
  const settings = card(page, 'Settings');
  await settings.getByRole('switch', { name: 'Sync contacts' }).check();
  await settings.getByRole('radio', { name: 'Exchange to CRM' }).check();
  await expect(settings.getByRole('radio', { name: 'CRM wins' })).toBeHidden();
  await expect(card(page, 'Sync')).toContainText('Save or discard your changes first.');
  await settings.getByRole('button', { name: 'Save changes' }).click();
  await expect(settings.getByText('Changes saved')).toBeVisible();
  await sync(page);
  await expectCounts(page, { Created: [100, 0], Skipped: [0, 100] });
  const state = await sandbox.state();
  expect([state.crm.length, state.mailbox.length]).toEqual([200, 100]);
});

test('many deletions wait for a person', async ({ page, sandbox }) => {
  await sandbox.reset('two-hundred');
  await sandbox.install();
  const amelia = sandbox.person('amelia');
  await openTab(page, amelia);
  await connect(page, amelia);
  await turnContactsOn(page);
  await sync(page);
  const before = await sandbox.state();
  await Promise.all(before.crm.slice(0, 150).map(({ id }) => sandbox.delete(`/zoho/Contacts/${id}`)));

  await sync(page);
  const problems = card(page, 'Not in sync');
  await expect(problems).toContainText('150 deletions wait for you');
  expect((await sandbox.state()).mailbox).toHaveLength(200);

  // Escape keeps everything.
  await problems.getByRole('button', { name: 'Review deletions' }).click();
  const dialog = problems.getByRole('dialog', { name: 'Delete 150 records on the other side?' });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect((await sandbox.state()).mailbox).toHaveLength(200);

  await problems.getByRole('button', { name: 'Review deletions' }).click();
  await sync(page, { button: dialog.getByRole('button', { name: 'Delete 150 records' }) });
  await expectCounts(page, { Deleted: [0, 150] });
  const after = await sandbox.state();
  expect([after.crm.length, after.mailbox.length]).toEqual([50, 50]);
  await expectSettled(page, sandbox);
});
