"""Tasks."""

from decimal import Decimal

from exchangelib import EWSDate
from exchangelib.items import Task

from case import Case


class Tasks(Case):
    def test_what_was_saved_is_read_back(self):
        task = Task(
            account=self.account,
            folder=self.account.tasks,
            subject="Call back",
            body="About the offer",
            start_date=EWSDate(2026, 11, 23),
            due_date=EWSDate(2026, 11, 30),
            importance="High",
            categories=["Customer"],
            status="InProgress",
            percent_complete=Decimal(40),
        ).save()
        read = self.account.tasks.get(id=task.id)
        for field in ("subject", "start_date", "due_date", "importance", "categories", "status", "percent_complete"):
            self.assertEqual(getattr(read, field), getattr(task, field), field)
        self.assertEqual(read.text_body.strip(), "About the offer")

    def test_a_completed_task_has_its_day(self):
        task = Task(account=self.account, folder=self.account.tasks, subject="Send the offer").save()
        task.complete()
        read = self.account.tasks.get(id=task.id)
        self.assertTrue(read.is_complete)
        self.assertEqual((read.status, read.percent_complete), ("Completed", 100))
        self.assertIsNotNone(read.complete_date)

    def test_a_deleted_task_is_gone(self):
        task = Task(account=self.account, folder=self.account.tasks, subject="Nothing").save()
        task.delete(affected_task_occurrences="AllOccurrences")
        self.assertEqual(self.account.tasks.all().count(), 0)
