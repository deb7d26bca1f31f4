-- SQLite fills a table of its own for every `IN` of three words or more, and of a CHECK it does so for every row that
-- is stored: more than half of all that it inserted in a first sync. Comparisons say the same.
CREATE TABLE item_of_0012 (
    -- Also the order of pages: it stays when an item is written again.
    id       INTEGER NOT NULL PRIMARY KEY,
    mailbox  INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind = 'contact' OR kind = 'task' OR kind = 'event'),
    what     TEXT    NOT NULL CHECK (what = 'intent' OR what = 'link' OR what = 'unlinked'),
    -- A link's mailbox item; for the others the record, with its side before a colon.
    key      TEXT    NOT NULL,
    -- A link's CRM record.
    crm      TEXT    CHECK ((what = 'link') = (crm IS NOT NULL)),
    -- The form of `body`, so that a later version knows what it has to convert.
    format   INTEGER NOT NULL,
    -- The item's JSON.
    body     TEXT    NOT NULL,
    -- Why the item is not in sync: mxs_core::Reason as JSON; NULL when it is. Beside the body, so that the overview
    -- need not take items apart.
    reason   TEXT    CHECK ((what <> 'intent' OR reason IS NULL) AND (what <> 'unlinked' OR reason IS NOT NULL)),
    -- What a person knows the record by, perhaps cut short; empty when it has no name.
    name     TEXT    CHECK ((name IS NULL) = (reason IS NULL)),
    -- Whether the next run has nothing to do with a link unless one of its records changes.
    settled  INTEGER NOT NULL CHECK (settled IN (0, 1)),
    -- The uid of the meeting that the item is of, and what the mailbox has to do with it (0007_meetings.sql).
    meeting  TEXT,
    share    TEXT    CHECK (share = 'holds' OR share = 'waits' OR share = 'follows' OR share = 'left'),
    bytes    INTEGER GENERATED ALWAYS AS (
        octet_length(key) + coalesce(octet_length(crm), 0) + octet_length(body)
            + coalesce(octet_length(reason), 0) + coalesce(octet_length(name), 0)
    ) VIRTUAL,
    -- With the next index: links pair each mailbox item with one CRM record and the reverse.
    UNIQUE (mailbox, what, key)
) STRICT;
INSERT INTO item_of_0012 (id, mailbox, kind, what, key, crm, format, body, reason, name, settled, meeting, share)
    SELECT id, mailbox, kind, what, key, crm, format, body, reason, name, settled, meeting, share FROM item ORDER BY id;
DROP TABLE item;
ALTER TABLE item_of_0012 RENAME TO item;
CREATE UNIQUE INDEX item_link_crm ON item (mailbox, crm) WHERE what = 'link';
-- For the pages of a kind and for the number of its links.
CREATE INDEX item_page ON item (mailbox, kind, id, what);
CREATE INDEX item_open ON item (mailbox, kind, id) WHERE settled = 0;
-- In the order in which the overview names them. Most items are in sync and not in here.
CREATE INDEX item_unsynced ON item (mailbox, kind, reason, name) WHERE reason IS NOT NULL;
CREATE INDEX item_meeting ON item (meeting) WHERE meeting IS NOT NULL;
CREATE INDEX item_waiting ON item (mailbox) WHERE share = 'waits';
CREATE INDEX item_left ON item (meeting) WHERE share = 'left';
CREATE TRIGGER item_replaced AFTER UPDATE ON item
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;
CREATE TRIGGER item_deleted AFTER DELETE ON item
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;

CREATE TABLE journal_of_0012 (
    -- In the order in which they were stored.
    id        INTEGER NOT NULL PRIMARY KEY,
    mailbox   INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind = 'contact' OR kind = 'task' OR kind = 'event'),
    -- The run, which may be forgotten earlier, and the entry's number in it.
    fence     INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    exchange  TEXT    NOT NULL,
    crm       TEXT    NOT NULL,
    format    INTEGER NOT NULL,
    -- mxs_core::journal::Entry as JSON.
    body      TEXT    NOT NULL,
    -- The run that the entry takes back; stored now, so that bodies needn't be taken apart for an index.
    undoes    INTEGER,
    bytes     INTEGER GENERATED ALWAYS AS (octet_length(exchange) + octet_length(crm) + octet_length(body)) VIRTUAL,
    UNIQUE (mailbox, fence, number)
) STRICT;
INSERT INTO journal_of_0012 (id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body, undoes)
    SELECT id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body, undoes FROM journal ORDER BY id;
DROP TABLE journal;
ALTER TABLE journal_of_0012 RENAME TO journal;
CREATE INDEX journal_of_item ON journal (mailbox, exchange, id);
CREATE INDEX journal_of_record ON journal (mailbox, crm, id);
CREATE INDEX journal_undoes ON journal (undoes, id) WHERE undoes IS NOT NULL;
CREATE TRIGGER journal_unchanged BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is never changed');
END;
CREATE TRIGGER journal_deleted AFTER DELETE ON journal
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes,
        journal_rows = journal_rows - 1 WHERE id = old.mailbox;
END;
