### What went wrong, why, and what to do, by stable code. A test holds this list against every code.

## The sync (crates/sync/src/run.rs)

error-MXS-1001 = Microsoft no longer accepts your sign-in
    .why = It has expired, or it was withdrawn: a changed password does that, and so can an administrator.
    .todo = Sign in again, then sync. What was done so far is kept.
error-MXS-1002 = Microsoft refused access to the mailbox
    .why = Your account may not read and write there what is to be synced.
    .todo = Sign in again and agree to the access. If that doesn't help, ask your Microsoft 365 administrator.
error-MXS-1003 = Microsoft can't be reached
    .why = It did not answer, or answered with errors for a while.
    .todo = Check your connection and sync again in a few minutes. What was done so far is kept.
error-MXS-1004 = Microsoft's answer can't be understood
    .why = It was not what this version of the extension expects.
    .todo = Sync again. If it comes back, report the code to support.
error-MXS-1005 = The CRM no longer accepts your session
    .why = You may have signed out, or the session has expired.
    .todo = Reload the CRM page, sign in, and sync again.
error-MXS-1006 = The CRM refused access
    .why = Your profile may not read and write what is to be synced.
    .todo = Ask a CRM administrator for access to the modules that are synced.
error-MXS-1007 = The CRM can't be reached
    .why = It did not answer, or answered with errors for a while; the daily API limit may be used up.
    .todo = Sync again in a few minutes. What was done so far is kept.
error-MXS-1008 = The CRM's answer can't be understood
    .why = It was not what this version of the extension expects.
    .todo = Sync again. If it comes back, report the code to support.
error-MXS-1009 = The sync stopped before it wrote anything
    .why = Its own check found the plan incomplete. This is a fault of the extension.
    .todo = Report the code to support. Nothing was changed.
error-MXS-1010 = The sync's memory can't be reached
    .why = The extension's service did not answer or failed. Nothing was stored there.
    .todo = Sync again in a few minutes. The next sync finds out what was done.
error-MXS-1011 = Something has changed since you looked at the plan
    .why = A record was changed, so that the sync would do something else than you agreed to. Nothing was written.
    .todo = Look at the new plan.
error-MXS-1012 = This sync can't be taken back any more
    .why = What it did is no longer noted in full: the oldest notes make room for new ones. Nothing was written.
    .todo = Change single records by hand.
error-MXS-1013 = Mails are not synced while SalesInbox is in use
    .why = SalesInbox shows the same mails beside your records; you would have every mail twice. Everything else was synced.
    .todo = Stop using SalesInbox, or turn the sync of mails off.
error-MXS-1014 = A chosen folder, list or calendar is gone
    .why = It was deleted or moved in Outlook. Nothing was deleted in the CRM.
    .todo = Choose again what is synced.
error-MXS-1015 = A field of the CRM can't be used as chosen
    .why = It doesn't take what is to be put there, or something else is put there already. Nothing was written.
    .todo = Choose another field in the settings.
error-MXS-1016 = What is to be taken back is not synced any more
    .why = The sync changed records of a kind that is turned off by now. They stay as they are; all others were taken back.
    .todo = Turn that kind on again, and take the sync back once more.

## The tab (crates/bridge/src/trouble.rs)

error-MXS-3001 = The Microsoft window was blocked
    .why = Your browser blocks windows that this page opens.
    .todo = Allow pop-ups for this page in the address bar, then try again.
error-MXS-3002 = The Microsoft window was closed
    .why = It was closed before the sign-in was complete.
    .todo = Try again and leave the window open until it closes by itself.
error-MXS-3003 = Access was not granted
    .why = The request was declined, or your organisation wants an administrator to agree first.
    .todo = Try again and accept, or ask your Microsoft 365 administrator to agree for you.
error-MXS-3004 = The sign-in was stopped for your safety
    .why = The answer does not belong to the sign-in that you began here.
    .todo = Try again. If it comes back, report the code to support.
error-MXS-3005 = Microsoft refused the sign-in
    .why = Microsoft gave the reason in brackets below.
    .todo = Try again. If it comes back, show the code to your Microsoft 365 administrator.
error-MXS-3006 = This account has no mailbox that can be used
    .why = Microsoft told no address for it. The account may have no Exchange licence.
    .todo = Sign in with the account of your mailbox.
error-MXS-3007 = This page works inside the CRM only
    .why = The CRM did not answer. The page was opened on its own, or the CRM is still loading.
    .todo = Open the tab in the CRM, or reload the page.
error-MXS-3008 = The CRM did not say who you are
    .why = Its answer has no user or no organisation in it.
    .todo = Reload the page. If it comes back, report the code to support.
error-MXS-3009 = The extension's service can't be reached
    .why = It did not answer, or its answer can't be understood.
    .todo = Check your connection and try again.
error-MXS-3010 = The CRM did not confirm who you are
    .why = The extension's function in the CRM failed or may not be run by your profile.
    .todo = Reload the page. If it comes back, ask a CRM administrator to look at the extension's functions.
error-MXS-3011 = The extension is not configured
    .why = Its configuration is missing or can't be read.
    .todo = Ask your administrator to install the extension again.
error-MXS-3012 = The last sync was interrupted
    .why = The tab was closed or lost its connection before the sync said how it ended.
    .todo = Sync again: it finds out what was done and does the rest.
error-MXS-3013 = The program that signs in and syncs did not start, or it stopped
    .why = It could not be downloaded, or the browser ended it.
    .todo = Check your connection and try again. What was synced stays, and nothing is done twice. If it comes back, reload the page.

## The service (crates/api/src/problem.rs)

error-MXS-4001 = The service can't read the request
    .why = This page and the service may be of different versions.
    .todo = Reload the page. If it comes back, report the code to support.
error-MXS-4002 = The service does not accept the CRM's confirmation
    .why = It is too old, was used before, or the extension is not set up for this organisation.
    .todo = Reload the page. If it comes back, ask a CRM administrator to install the extension again.
error-MXS-4003 = Your session has ended
    .why = It lasts an hour and could not be renewed.
    .todo = Reload the page.
error-MXS-4004 = The service does not find what was asked for
    .why = This page and the service may be of different versions.
    .todo = Reload the page. If it comes back, report the code to support.
error-MXS-4005 = This mailbox is being synced in another place
    .why = Another tab or browser syncs it at the moment.
    .todo = Wait until it is done, then sync again.
error-MXS-4006 = Another sync has taken over
    .why = This one was silent for too long: the computer slept, or the connection was lost.
    .todo = Sync again when the other one is done. What was done so far is kept.
error-MXS-4007 = This mailbox is connected to another CRM user
    .why = A mailbox syncs with one CRM user only, so that no contact is written twice.
    .todo = Sign in with your own mailbox, or ask the other user to connect another one.
error-MXS-4008 = Too many requests
    .why = The service limits how often it can be asked.
    .todo = Wait a minute and try again.
error-MXS-4009 = There is no room for more contacts
    .why = The service keeps a limited amount for each CRM user, and yours is used up.
    .todo = Sync fewer contacts, or report the code to support. What was done so far is kept.
error-MXS-5001 = The service failed
    .why = It met an unexpected fault and stored nothing.
    .todo = Try again in a few minutes. If it comes back, report the code to support.
error-MXS-5002 = The service is busy
    .why = It has too much to do at the moment.
    .todo = Try again in a minute. What was done so far is kept.

## Any other code, of a newer version

error-unknown = Something went wrong
    .why = This version of the page does not know the code.
    .todo = Reload the page to get the newest version.
