-- The bytes that a row takes.
ALTER TABLE item ADD COLUMN bytes INTEGER GENERATED ALWAYS AS (
    octet_length(key) + coalesce(octet_length(crm), 0) + octet_length(body)
        + coalesce(octet_length(reason), 0) + coalesce(octet_length(name), 0)
) VIRTUAL;
ALTER TABLE conflict ADD COLUMN bytes INTEGER GENERATED ALWAYS AS (octet_length(body)) VIRTUAL;

-- What the mailbox's items and conflicts take together: how many there are, and their bytes. Counted by the
-- database itself, so that no way of changing them can miss it, and kept, because it is asked for at every
-- commit.
ALTER TABLE mailbox ADD COLUMN stored_rows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE mailbox SET
    stored_rows = (SELECT count(*) FROM item WHERE item.mailbox = mailbox.id)
        + (SELECT count(*) FROM conflict WHERE conflict.mailbox = mailbox.id),
    stored_bytes = (SELECT coalesce(sum(bytes), 0) FROM item WHERE item.mailbox = mailbox.id)
        + (SELECT coalesce(sum(bytes), 0) FROM conflict WHERE conflict.mailbox = mailbox.id);
CREATE TRIGGER item_added AFTER INSERT ON item
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows + 1, stored_bytes = stored_bytes + new.bytes WHERE id = new.mailbox;
END;
CREATE TRIGGER item_changed AFTER UPDATE ON item
BEGIN
    UPDATE mailbox SET stored_bytes = stored_bytes - old.bytes + new.bytes WHERE id = new.mailbox;
END;
CREATE TRIGGER item_deleted AFTER DELETE ON item
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;
CREATE TRIGGER conflict_added AFTER INSERT ON conflict
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows + 1, stored_bytes = stored_bytes + new.bytes WHERE id = new.mailbox;
END;
CREATE TRIGGER conflict_deleted AFTER DELETE ON conflict
BEGIN
    UPDATE mailbox SET stored_rows = stored_rows - 1, stored_bytes = stored_bytes - old.bytes WHERE id = old.mailbox;
END;

-- The conflict list is what people typed, and is kept for a time only. So it is not "only added to", as the
-- first migration says: nothing changes a conflict, and what is too old is deleted.
DROP TRIGGER conflict_stays;
CREATE TRIGGER conflict_unchanged BEFORE UPDATE ON conflict
BEGIN
    SELECT RAISE(ABORT, 'a conflict is never changed');
END;
CREATE INDEX conflict_age ON conflict (at_ms);
