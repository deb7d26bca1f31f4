### What the last sync did, and what is not in sync.

results-title = Last sync
results-none = When a sync has ended, its results are here.
# $relative is like "2 minutes ago", $exact like "21 Nov 2026, 10:15".
results-ended = { $exact } ({ $relative })
results-caption = What was done on each side
results-in-crm = In the CRM
results-in-exchange = In Exchange
results-created = Created
results-updated = Updated
results-deleted = Deleted
results-skipped = Skipped
results-failed = Failed
results-matched = Matched
results-matched-hint = Records on both sides that were found to be the same
results-conflicts = Conflicts
results-conflicts-hint = Fields that both sides had changed; your rule chose

## How it ended

end-completed = Completed
# $count is how many records are not in sync.
end-attention = { $count ->
    [one] Completed; { NUMBER($count) } record needs you
   *[other] Completed; { NUMBER($count) } records need you
}
end-cancelled = Cancelled
end-cancelled-hint = What was done stays done. The next sync does the rest.
end-failed = Failed
end-interrupted = Interrupted

## What is not in sync

problems-title = Not in sync
problems-none = Every record that takes part is in sync.
# $count is how many records share a reason.
problems-count = { $count ->
    [one] { NUMBER($count) } record
   *[other] { NUMBER($count) } records
}
problems-more = { $count ->
    [one] and { NUMBER($count) } more
   *[other] and { NUMBER($count) } more
}
# $count is how many records have reasons that are not listed, because there are too many different ones.
problems-untold = { $count ->
    [one] and { NUMBER($count) } more record, for a rarer reason
   *[other] and { NUMBER($count) } more records, for rarer reasons
}
problems-failed = Failed
problems-skipped = Skipped
problems-unnamed = Record without a name
# $name is the record's, $side is where it is.
problems-entry = { $side ->
    [crm] { $name } (in the CRM)
    [exchange] { $name } (in Exchange)
   *[both] { $name }
}

## Deletes that wait for a person

held-title = { $count ->
    [one] { NUMBER($count) } deletion waits for you
   *[other] { NUMBER($count) } deletions wait for you
}
held-body = Many records were deleted on one side since the last sync. Nothing is deleted on the other side until you confirm.
held-review = Review deletions
held-question = { $count ->
    [one] Delete { NUMBER($count) } record on the other side?
   *[other] Delete { NUMBER($count) } records on the other side?
}
held-explain = A sync starts at once and deletes the partners of these records. It can't be undone here; the recycle bins of the CRM and of Outlook keep deleted records for a while.
held-confirm = { $count ->
    [one] Delete { NUMBER($count) } record
   *[other] Delete { NUMBER($count) } records
}
held-keep = Keep everything
