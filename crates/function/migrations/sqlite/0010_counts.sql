-- What comes is counted by whoever stores it, with one statement for many rows (store/apply.rs): a trigger for each
-- took longer than the row itself. What goes is still counted by the database, so that no way of deleting can miss
-- it; a row that is replaced goes, too, and its successor comes.
DROP TRIGGER item_added;
DROP TRIGGER item_changed;
CREATE TRIGGER item_replaced AFTER UPDATE ON item
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;

-- One index for the pages of a kind and for the number of its links.
DROP INDEX item_links;
DROP INDEX item_page;
CREATE INDEX item_page ON item (mailbox, kind, id, what);

-- The journal has two indexes fewer: a mailbox's runs are numbered in their order, and rows in the order of time.
CREATE TABLE journal_of_0010 (
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
    -- The run that the entry takes back; stored now, so that bodies needn't be taken apart for an index.
    undoes    INTEGER,
    UNIQUE (mailbox, fence, number)
) STRICT;
INSERT INTO journal_of_0010 (id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body, undoes)
    SELECT id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body, json_extract(body, '$.cause.undo.run')
    FROM journal ORDER BY id;
DROP TABLE journal;
ALTER TABLE journal_of_0010 RENAME TO journal;
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
