"""What changed since: the items and the folders of a mailbox."""

from case import Case, person


class Changes(Case):
    def changes(self):
        return [(kind, item.id if hasattr(item, "id") else item[0].id) for kind, item in self.account.contacts.sync_items()]

    def test_each_change_is_told_once(self):
        ada = person(self.account.contacts, "Ada").save()
        grace = person(self.account.contacts, "Grace").save()
        self.assertEqual(sorted(self.changes()), sorted([("create", ada.id), ("create", grace.id)]))
        self.assertEqual(self.changes(), [])
        ada.surname = "Lovelace"
        ada.save(update_fields=["surname"])
        gone = grace.id
        grace.delete()
        self.assertEqual(sorted(self.changes()), sorted([("update", ada.id), ("delete", gone)]))

    def test_more_than_one_page_is_told(self):
        people = [person(self.account.contacts, str(number)) for number in range(600)]
        self.account.bulk_create(folder=self.account.contacts, items=people)
        self.assertEqual(len(self.changes()), 600)

    def test_a_state_that_is_none_is_refused(self):
        with self.assertRaises(Exception) as refused:
            list(self.account.contacts.sync_items(sync_state="bm90IGEgc3RhdGU="))
        self.assertEqual(type(refused.exception).__name__, "ErrorInvalidSyncStateData")

    def test_folders_are_told(self):
        from exchangelib.folders import Contacts as Folder

        list(self.account.root.sync_hierarchy())
        folder = Folder(parent=self.account.contacts, name="Partners")
        folder.save()
        changed = [(kind, item.name) for kind, item in self.account.root.sync_hierarchy()]
        self.assertEqual(changed, [("create", "Partners")])
