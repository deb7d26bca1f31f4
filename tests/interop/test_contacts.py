"""Contacts."""

from exchangelib import ExtendedProperty
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.items import Contact

from case import Case, person


class CrmRecord(ExtendedProperty):
    """The mark that names an item's record in the CRM: it is in people's mailboxes and never changes."""

    property_set_id = "6ce71612-7d6c-49ee-a4d9-a27795043dd9"
    property_name = "mxs-crm-record"
    property_type = "String"


class Contacts(Case):
    def ada(self):
        return Contact(
            account=self.account,
            folder=self.account.contacts,
            given_name="Ada",
            surname="Lovelace",
            display_name="Ada Lovelace",
            company_name="Analytical Engines",
            job_title="Countess",
            email_addresses=[EmailAddress(label="EmailAddress1", email="ada@engines.example")],
            phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+44 20 7946 0001")],
            physical_addresses=[
                PhysicalAddress(label="Business", street="12 St James’s Square", city="London", zipcode="SW1Y 4JH", country="UK")
            ],
            body="Wrote the first <program> & more.\r\nSecond line.",
            categories=["Customer", "VIP"],
        )

    def test_what_was_saved_is_read_back(self):
        contact = self.ada().save()
        read = self.account.contacts.get(id=contact.id)
        for field in ("given_name", "surname", "company_name", "job_title", "physical_addresses"):
            self.assertEqual(getattr(read, field), getattr(contact, field), field)
        self.assertEqual([address.email for address in read.email_addresses if address.email], ["ada@engines.example"])
        self.assertEqual([phone.phone_number for phone in read.phone_numbers if phone.phone_number], ["+44 20 7946 0001"])
        self.assertEqual(sorted(read.categories), ["Customer", "VIP"])
        self.assertEqual(read.text_body.split(), contact.body.split())

    def test_a_change_gets_a_new_change_key_and_an_old_one_is_refused(self):
        contact = self.ada().save()
        before = contact.changekey
        stale = self.account.contacts.get(id=contact.id)
        contact.job_title = "Programmer"
        contact.save(update_fields=["job_title"])
        self.assertNotEqual(contact.changekey, before)
        self.assertEqual(self.account.contacts.get(id=contact.id).job_title, "Programmer")
        stale.job_title = "Poet"
        with self.assertRaises(Exception) as refused:
            stale.save(update_fields=["job_title"], conflict_resolution="NeverOverwrite")
        self.assertEqual(type(refused.exception).__name__, "ErrorIrresolvableConflict")

    def test_a_deleted_contact_is_gone(self):
        contact = self.ada().save()
        contact.move_to_trash()
        self.assertEqual(self.account.contacts.filter(surname="Lovelace").count(), 0)
        self.assertEqual(self.account.trash.filter(subject__contains="Lovelace").count(), 1)

    def test_contacts_are_found_by_what_they_say(self):
        self.ada().save()
        person(self.account.contacts, "Grace", "Hopper").save()
        names = [contact.surname for contact in self.account.contacts.filter(given_name="Grace")]
        self.assertEqual(names, ["Hopper"])
        by_name = self.account.contacts.all().order_by("surname").only("surname")
        self.assertEqual([contact.surname for contact in by_name], ["Hopper", "Lovelace"])

    def test_the_mark_is_a_property_that_others_read_and_find_items_by(self):
        Contact.register("crm_record", CrmRecord)
        self.addCleanup(Contact.deregister, "crm_record")
        contact = self.ada()
        contact.crm_record = "zoho/1/2"
        contact.save()
        self.assertEqual(self.account.contacts.get(id=contact.id).crm_record, "zoho/1/2")
        found = self.account.contacts.filter(crm_record="zoho/1/2")
        self.assertEqual([contact.surname for contact in found], ["Lovelace"])

    def test_many_contacts_are_written_and_read_in_batches(self):
        people = [person(self.account.contacts, "P", f"{number:04}") for number in range(250)]
        self.account.bulk_create(folder=self.account.contacts, items=people)
        self.assertEqual(self.account.contacts.all().count(), 250)
        self.assertEqual(len({contact.surname for contact in self.account.contacts.all()}), 250)

    def test_a_folder_of_ones_own_holds_contacts(self):
        from exchangelib.folders import Contacts as Folder

        folder = Folder(parent=self.account.contacts, name="Partners")
        folder.save()
        person(folder, "Grace", "Hopper").save()
        self.account.root.refresh()
        found = self.account.contacts / "Partners"
        self.assertEqual([contact.surname for contact in found.all()], ["Hopper"])
        self.assertEqual(self.account.contacts.all().count(), 0)
