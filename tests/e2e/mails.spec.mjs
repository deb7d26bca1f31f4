// Mails of the mailbox stand beside the CRM's records of the people on them.
import { connect, expect, expectEnd, expectSettled, openTab, signInAgain, sync, test, turnContactsOn } from './steps.mjs';

/** Turns mails on too, whenever settings are saved: the tab has no screen for them. */
const withMails = (page) =>
  page.route(
    (url) => url.pathname.endsWith('/v1/settings'),
    (route) => {
      if (route.request().method() !== 'PUT') return route.fallback();
      const settings = route.request().postDataJSON();
      return route.continue({ postData: JSON.stringify({ ...settings, mails: { ...settings.mails, on: true } }) });
    },
  );

test('a mail stands beside its record once, as text, and a private one stays', async ({ page, sandbox }) => {
  await sandbox.reset('two-hundred');
  await sandbox.install();
  const amelia = sandbox.person('amelia');
  const contact = (await sandbox.state()).crm.find((record) => record.Email);
  const message = {
    subject: 'Our offer',
    from: { emailAddress: { name: 'Customer', address: contact.Email } },
    toRecipients: [{ emailAddress: { name: amelia.name, address: amelia.email } }],
    body: { contentType: 'html', content: '<p onclick="steal()">Hello</p>' },
    attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'offer.pdf', contentBytes: 'aGk=' }],
  };
  await sandbox.receive(message);
  await sandbox.receive({ ...message, subject: 'Between us', singleValueExtendedProperties: [{ id: 'Integer 0x36', value: '2' }] });

  await openTab(page, amelia);
  await connect(page, amelia);
  await withMails(page);
  await turnContactsOn(page);
  await sync(page);
  await expectEnd(page, 'Completed');
  const { emails, outbox } = await sandbox.state();
  expect(emails).toHaveLength(1);
  expect(emails[0]).toMatchObject({ record: contact.id, subject: 'Our offer', mail_format: 'text', content: 'Hello\n📎 offer.pdf', sent: false });
  expect(outbox, 'nobody is mailed').toEqual([]);

  // What is remembered is in the function: neither the next sync nor one of a tab that was opened anew does it again.
  await expectSettled(page, sandbox);
  await sandbox.receive({ ...message, subject: 'RE: Our offer' });
  await openTab(page, amelia);
  await signInAgain(page);
  await sync(page);
  expect((await sandbox.state()).emails.map((email) => email.subject)).toEqual(['Our offer', 'RE: Our offer']);
});
