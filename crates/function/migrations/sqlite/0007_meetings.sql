-- A meeting is in the mailboxes of several colleagues, and its event is in the CRM once. Beside the body, so that
-- mailboxes can be asked for it: the meeting's uid, where the item is of one.
ALTER TABLE item ADD COLUMN meeting TEXT;
-- What the mailbox has to do with it: it has the event or is about to make it ('holds'), it leaves that to a colleague
-- ('waits', or 'follows' where it is a day of a series and goes where the series goes), or it has left the event to
-- whoever takes it over ('left').
ALTER TABLE item ADD COLUMN share TEXT CHECK (share IN ('holds', 'waits', 'follows', 'left'));
UPDATE item SET meeting = json_extract(body, '$.base.exchange.meeting_uid.text'), share = 'holds'
    WHERE kind = 'event' AND what = 'link' AND json_extract(body, '$.base.exchange.meeting_uid.text') IS NOT NULL;
CREATE INDEX item_meeting ON item (meeting) WHERE meeting IS NOT NULL;
CREATE INDEX item_waiting ON item (mailbox) WHERE share = 'waits';
CREATE INDEX item_left ON item (meeting) WHERE share = 'left';

-- Meetings that a run is about to copy, until it does.
CREATE TABLE claim (
    org         TEXT    NOT NULL,
    meeting     TEXT    NOT NULL,
    mailbox     INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    expires_ms  INTEGER NOT NULL,
    PRIMARY KEY (org, meeting)
) STRICT;
CREATE INDEX claim_of_mailbox ON claim (mailbox);
CREATE INDEX claim_expires ON claim (expires_ms);

-- Whether the user has switched events off: then a colleague's mailbox may take over what this user's have.
ALTER TABLE account ADD COLUMN events_off INTEGER NOT NULL DEFAULT 0 CHECK (events_off IN (0, 1));
