### The card in which a person connects a mailbox.

connection-title = Microsoft 365
connection-none = Not connected
connection-none-hint = Connect the mailbox whose contacts you want to sync. A window of Microsoft opens, in which you sign in and agree.
connection-out = Signed out
connection-out-hint = This mailbox is connected. For your safety the sign-in is kept only while this tab is open: sign in to sync.
connection-in = Connected
connection-in-hint = You are signed in. The sign-in is kept only while this tab is open.
connection-connect = Connect Microsoft 365
connection-sign-in = Sign in
connection-change = Use another mailbox
connection-waiting = Waiting for the Microsoft window
connection-cancel = Stop waiting
# The accessible name of the state's badge.
connection-state = Connection

## Another mailbox than the connected one

other-title = Connect another mailbox?
# $now is the connected address, $new the one just signed in to.
other-body = You signed in as { $new }, but { $now } is connected. If you go on, your contacts sync with { $new } from now on. Contacts already in { $now } stay there and are no longer synced.
# $address is the mailbox just signed in to.
other-confirm = Connect { $address }
other-keep = Keep the connected mailbox
