"""Who is who, who is free, and who may come in."""

import datetime

from exchangelib import NTLM, EWSDateTime
from exchangelib.items import CalendarItem

from case import BERLIN, Case

START = EWSDateTime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
HOUR = datetime.timedelta(hours=1)


class People(Case):
    def test_a_name_is_resolved(self):
        found = self.account.protocol.resolve_names(["Amelia"])
        self.assertEqual([mailbox.email_address for mailbox in found], [self.address("amelia")])

    def test_a_name_that_nobody_has_is_none(self):
        found = self.account.protocol.resolve_names(["Nobody of this name"])
        self.assertEqual([type(error).__name__ for error in found], ["ErrorNameResolutionNoResults"])

    def test_times_are_free_and_busy(self):
        CalendarItem(account=self.account, folder=self.account.calendar, subject="Visit", start=START, end=START + HOUR).save()
        (view,) = self.account.protocol.get_free_busy_info(
            accounts=[(self.account, "Organizer", False)], start=START - HOUR, end=START + 3 * HOUR, merged_free_busy_interval=30
        )
        self.assertEqual(view.merged, "00220000")
        self.assertEqual([event.busy_type for event in view.calendar_events], ["Busy"])

    def test_a_wrong_password_is_refused(self):
        with self.assertRaises(Exception) as refused:
            self.open("amelia", password="wrong").contacts.all().count()
        self.assertEqual(type(refused.exception).__name__, "UnauthorizedError")

    def test_a_challenge_is_answered(self):
        account = self.open("amelia", auth_type=NTLM)
        self.assertEqual(account.contacts.all().count(), 0)

    def test_nobody_acts_for_others_without_the_right(self):
        with self.assertRaises(Exception) as refused:
            self.open("kenji", acts_for=self.address("amelia")).contacts.all().count()
        self.assertEqual(type(refused.exception).__name__, "ErrorImpersonateUserDenied")
