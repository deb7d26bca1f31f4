-- What is remembered is of one kind of records: contacts, tasks or events, each synced for itself. What was
-- remembered before is of contacts. What an item is (a link, an intent, a record without a partner) is called
-- `what` from here on.
ALTER TABLE item RENAME COLUMN kind TO what;
ALTER TABLE item ADD COLUMN kind TEXT NOT NULL DEFAULT 'contact' CHECK (kind IN ('contact', 'task', 'event'));
DROP INDEX item_page;
CREATE INDEX item_page ON item (mailbox, kind, id);
DROP INDEX item_open;
CREATE INDEX item_open ON item (mailbox, kind, id) WHERE settled = 0;
DROP INDEX item_unsynced;
CREATE INDEX item_unsynced ON item (mailbox, kind, reason, name) WHERE reason IS NOT NULL;
-- For their number; that a record is in one link only, whatever the kind, is in the indexes of before.
CREATE INDEX item_links ON item (mailbox, kind) WHERE what = 'link';

-- How far each side was read. Those of before have another form, and are forgotten: nothing was released yet, and
-- a run without them reads everything once.
CREATE TABLE cursors (
    mailbox  INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('contact', 'task', 'event')),
    -- mxs_core::Cursors as JSON.
    body     TEXT    NOT NULL,
    PRIMARY KEY (mailbox, kind)
) STRICT;
ALTER TABLE mailbox DROP COLUMN cursors;

-- The kinds that took part in a run.
CREATE TABLE run_kind (
    fence    INTEGER NOT NULL REFERENCES run (fence) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('contact', 'task', 'event')),
    -- mxs_api::RunEnd and mxs_core::Summary as JSON; absent until the run says how it ended.
    outcome  TEXT,
    summary  TEXT,
    PRIMARY KEY (fence, kind),
    CHECK ((outcome IS NULL) = (summary IS NULL))
) STRICT;
INSERT INTO run_kind (fence, kind, outcome, summary)
    SELECT fence, 'contact', outcome, summary FROM run WHERE ended_ms IS NOT NULL;

ALTER TABLE conflict ADD COLUMN kind TEXT NOT NULL DEFAULT 'contact' CHECK (kind IN ('contact', 'task', 'event'));

-- What runs did, and why. Nothing is changed; the oldest make room.
CREATE TABLE journal (
    -- In the order in which they were stored.
    id        INTEGER NOT NULL PRIMARY KEY,
    mailbox   INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind IN ('contact', 'task', 'event')),
    -- The run, which may be forgotten earlier, and the entry's number in it.
    fence     INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    exchange  TEXT    NOT NULL,
    crm       TEXT    NOT NULL,
    format    INTEGER NOT NULL,
    -- mxs_core::journal::Entry as JSON.
    body      TEXT    NOT NULL,
    bytes     INTEGER GENERATED ALWAYS AS (octet_length(exchange) + octet_length(crm) + octet_length(body)) VIRTUAL,
    UNIQUE (fence, number)
) STRICT;
CREATE INDEX journal_of_mailbox ON journal (mailbox, id);
CREATE INDEX journal_of_item ON journal (mailbox, exchange, id);
CREATE INDEX journal_of_record ON journal (mailbox, crm, id);
CREATE INDEX journal_age ON journal (at_ms);
CREATE TRIGGER journal_unchanged BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is never changed');
END;
-- How many entries a mailbox has; counted as the rest is.
ALTER TABLE mailbox ADD COLUMN journal_rows INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER journal_added AFTER INSERT ON journal
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows + 1, stored_bytes = stored_bytes + new.bytes,
        journal_rows = journal_rows + 1 WHERE id = new.mailbox;
END;
CREATE TRIGGER journal_deleted AFTER DELETE ON journal
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes,
        journal_rows = journal_rows - 1 WHERE id = old.mailbox;
END;
