-- The form of the stored JSON changes: a choice between several things is now named by its member
-- ({"left":{"side":"crm"}}) and no longer by a tag beside the members ({"scope":"left","side":"crm"}), which
-- is much less code in the tab. What was remembered in the old form is forgotten here and not converted:
-- nothing was released yet, and the provenance marks in the mailboxes let the next sync find every pair
-- again. Who connected which mailbox stays, and so do the fencing tokens: `run` goes on counting.
DELETE FROM item;
DELETE FROM conflict;
DELETE FROM run;
UPDATE mailbox SET cursors = '{}';
UPDATE account SET settings = NULL;

-- Why the item is not in sync: mxs_core::Reason as JSON; NULL when it is. Beside the body, so that the
-- overview need not take items apart.
ALTER TABLE item ADD COLUMN reason TEXT
    CHECK ((kind <> 'intent' OR reason IS NULL) AND (kind <> 'unlinked' OR reason IS NOT NULL));
-- What a person knows the contact by, perhaps cut short; empty when it has no name.
ALTER TABLE item ADD COLUMN name TEXT CHECK ((name IS NULL) = (reason IS NULL));
-- In the order in which the overview names them. Most items are in sync and not in here.
CREATE INDEX item_unsynced ON item (mailbox, reason, name) WHERE reason IS NOT NULL;
