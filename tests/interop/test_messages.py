"""Mails."""

from exchangelib import FileAttachment, HTMLBody, Mailbox, Message

from case import Case


class Messages(Case):
    def test_a_sent_message_is_mailed_once_and_kept(self):
        message = Message(
            account=self.account,
            folder=self.account.sent,
            subject="Offer",
            body=HTMLBody("<p>Please find the <b>offer</b>.</p>"),
            to_recipients=[Mailbox(email_address="ada@engines.example")],
        )
        message.send_and_save()
        self.assertEqual(len(self.sandbox.outbox()), 1)
        kept = self.account.sent.get(subject="Offer")
        self.assertEqual([to.email_address for to in kept.to_recipients], ["ada@engines.example"])
        self.assertIn("<b>offer</b>", kept.body)
        self.assertIn("offer", kept.text_body)

    def test_a_draft_is_nobodys_mail(self):
        draft = Message(account=self.account, folder=self.account.drafts, subject="Later", body="Not yet").save()
        self.assertEqual(self.sandbox.outbox(), [])
        self.assertTrue(self.account.drafts.get(id=draft.id).is_draft)

    def test_an_attachment_is_read_back(self):
        draft = Message(account=self.account, folder=self.account.drafts, subject="With a file").save()
        draft.attach(FileAttachment(name="offer.txt", content=b"1,000 EUR"))
        read = self.account.drafts.get(id=draft.id)
        self.assertEqual([(file.name, file.content) for file in read.attachments], [("offer.txt", b"1,000 EUR")])
