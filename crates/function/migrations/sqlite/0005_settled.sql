-- Whether the next run has nothing to do with a link unless one of its records changes (mxs_core::Link::is_settled):
-- such a link is read only when that happens. What was stored before is read once, and stored anew when it changes.
ALTER TABLE item ADD COLUMN settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1));
CREATE INDEX item_open ON item (mailbox, id) WHERE settled = 0;
