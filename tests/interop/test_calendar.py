"""Events: single ones, series, occurrences, meetings."""

import datetime

from exchangelib import Attendee, EWSDate, EWSDateTime, Mailbox
from exchangelib.items import SEND_TO_ALL_AND_SAVE_COPY, SEND_TO_NONE, CalendarItem
from exchangelib.recurrence import Recurrence, WeeklyPattern

from case import BERLIN, Case

START = EWSDateTime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
HOUR = datetime.timedelta(hours=1)
WEEK = datetime.timedelta(days=7)


class Events(Case):
    def event(self, **fields):
        fields = {"subject": "Visit", "start": START, "end": START + HOUR, **fields}
        return CalendarItem(account=self.account, folder=self.account.calendar, **fields)

    def series(self):
        pattern = WeeklyPattern(interval=1, weekdays=["Monday"], first_day_of_week="Monday")
        return self.event(
            subject="Standup", recurrence=Recurrence(pattern=pattern, start=EWSDate(2026, 11, 30), number=4)
        ).save()

    def seen(self):
        """What the calendar shows in five weeks, with the hour in Berlin."""
        view = self.account.calendar.view(start=START - WEEK, end=START + 5 * WEEK)
        seen = sorted(view, key=lambda item: item.start)
        return [(item.subject, item.start.astimezone(BERLIN).strftime("%d.%m. %H:%M")) for item in seen]

    def test_what_was_saved_is_read_back(self):
        event = self.event(location="Room 1", body="Bring the offer", legacy_free_busy_status="OOF", reminder_minutes_before_start=30)
        event.save()
        read = self.account.calendar.get(id=event.id)
        for field in ("subject", "start", "end", "location", "legacy_free_busy_status", "reminder_minutes_before_start"):
            self.assertEqual(getattr(read, field), getattr(event, field), field)
        self.assertEqual(read.text_body.strip(), "Bring the offer")
        self.assertEqual(read.type, "Single")

    def test_a_whole_day_has_no_hour(self):
        event = self.event(start=EWSDate(2026, 12, 1), end=EWSDate(2026, 12, 2), is_all_day=True).save()
        read = self.account.calendar.get(id=event.id)
        self.assertEqual((read.start, read.end, read.is_all_day), (EWSDate(2026, 12, 1), EWSDate(2026, 12, 2), True))

    def test_a_series_keeps_its_hour_and_is_shown_on_its_days(self):
        series = self.series()
        self.assertEqual(self.account.calendar.get(id=series.id).recurrence.boundary.number, 4)
        expected = [("Standup", f"{day} 09:00") for day in ("30.11.", "07.12.", "14.12.", "21.12.")]
        self.assertEqual(self.seen(), expected)

    def test_one_occurrence_is_moved_and_one_is_cancelled(self):
        series = self.series()
        second = series.occurrence(2)
        second.refresh()
        second.start += HOUR
        second.end += HOUR
        second.save(update_fields=["start", "end"])
        series.occurrence(3).delete()
        self.assertEqual(
            self.seen(), [("Standup", "30.11. 09:00"), ("Standup", "07.12. 10:00"), ("Standup", "21.12. 09:00")]
        )
        read = self.account.calendar.get(id=series.id)
        self.assertEqual((len(read.modified_occurrences), len(read.deleted_occurrences)), (1, 1))

    def test_nobody_is_mailed_unless_that_was_chosen(self):
        kenji = Attendee(mailbox=Mailbox(email_address=self.address("kenji")), response_type="Unknown")
        meeting = self.event(required_attendees=[kenji])
        meeting.save(send_meeting_invitations=SEND_TO_NONE)
        self.assertEqual(self.sandbox.outbox(), [])
        meeting.subject = "Visit in Berlin"
        meeting.save(update_fields=["subject"], send_meeting_invitations=SEND_TO_NONE)
        meeting.delete(send_meeting_cancellations=SEND_TO_NONE)
        self.assertEqual(self.sandbox.outbox(), [])
        self.event(required_attendees=[kenji]).save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
        self.assertEqual(len(self.sandbox.outbox()), 1)
