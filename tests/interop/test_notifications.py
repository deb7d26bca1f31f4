"""Being told of changes."""

from case import Case, person


class Notifications(Case):
    def created(self, notifications):
        return [event.item_id.id for told in notifications for event in told.events if event.ELEMENT_NAME == "CreatedEvent"]

    def test_who_asks_is_told(self):
        subscription, watermark = self.account.contacts.subscribe_to_pull()
        contact = person(self.account.contacts, "Ada").save()
        told = list(self.account.contacts.get_events(subscription, watermark))
        self.assertEqual(self.created(told), [contact.id])
        self.account.contacts.unsubscribe(subscription)

    def test_who_listens_is_told(self):
        subscription = self.account.contacts.subscribe_to_streaming()
        contact = person(self.account.contacts, "Ada").save()
        told = self.account.contacts.get_streaming_events(
            subscription, connection_timeout=1, max_notifications_returned=1
        )
        self.assertEqual(self.created(told), [contact.id])
        self.account.contacts.unsubscribe(subscription)
