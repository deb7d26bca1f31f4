### The card in which a person starts and watches a sync.

sync-title = Sync
sync-start = Sync now
sync-cancel = Cancel
sync-cancelling = Cancelling
sync-ready = Compares what you chose on both sides and brings them together.
# $count is how many pairs of records are linked.
sync-linked = { $count ->
    [0] No records are linked yet.
    [one] { NUMBER($count) } record is linked.
   *[other] { NUMBER($count) } records are linked.
}

## Why it can't be started

sync-needs-connection = Connect a mailbox first.
sync-needs-sign-in = Sign in to Microsoft 365 first.
sync-needs-contacts = Turn on contacts in the settings first.
sync-needs-save = Save or discard your changes first.

## How far it has come

sync-progress-label = Sync progress
# $done and $total count steps.
sync-progress = { NUMBER($done) } of { NUMBER($total) }
# $count is how many records were read so far.
sync-read = { $count ->
    [one] { NUMBER($count) } record
   *[other] { NUMBER($count) } records
}
phase-starting = Starting
phase-reading-exchange = Reading Exchange
phase-reading-crm = Reading the CRM
phase-recovering = Looking at what an interrupted sync did
phase-writing-crm = Writing to the CRM
phase-writing-exchange = Writing to Exchange
phase-finishing = Finishing

## Another place

elsewhere-title = This mailbox is being synced in another place
elsewhere-body = Another tab or browser syncs it at the moment. You can sync here when it is done.
