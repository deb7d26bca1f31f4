-- What is remembered of a mailbox's mails: no text of a message and no address, only hashes of both's names.
CREATE TABLE mail (
    -- The order in which the changes make up what is remembered.
    id        INTEGER NOT NULL PRIMARY KEY,
    mailbox   INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    what      TEXT    NOT NULL CHECK (what IN ('done', 'folder', 'intent', 'mark', 'remembered')),
    -- A message's id, a folder, or a message's key and its record.
    key       TEXT    NOT NULL,
    -- When the message came, in seconds since 1970.
    received  INTEGER,
    format    INTEGER NOT NULL,
    -- The mxs_core::mail::MailChange, as JSON, that makes it remembered.
    body      TEXT    NOT NULL,
    bytes     INTEGER GENERATED ALWAYS AS (octet_length(key) + octet_length(body)) VIRTUAL,
    UNIQUE (mailbox, what, key),
    CHECK ((what IN ('done', 'remembered')) = (received IS NOT NULL))
) STRICT;
CREATE INDEX mail_page ON mail (mailbox, id);
CREATE INDEX mail_age ON mail (mailbox, what, received) WHERE received IS NOT NULL;

-- Counted as the rest is.
CREATE TRIGGER mail_added AFTER INSERT ON mail
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows + 1, stored_bytes = stored_bytes + new.bytes WHERE id = new.mailbox;
END;
CREATE TRIGGER mail_changed AFTER UPDATE ON mail
BEGIN
    UPDATE mailbox SET stored_bytes = stored_bytes - old.bytes + new.bytes WHERE id = new.mailbox;
END;
CREATE TRIGGER mail_deleted AFTER DELETE ON mail
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;
