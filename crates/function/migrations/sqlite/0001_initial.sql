-- Times are milliseconds since 1970, by the function's clock.
-- A migration that was released is never changed: a later one changes what it made.

-- Nonces that were given out and not yet used.
CREATE TABLE challenge (
    nonce       TEXT    NOT NULL PRIMARY KEY,
    expires_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX challenge_expires ON challenge (expires_ms);

-- A CRM user of one organisation. No name and no address: nothing here needs them.
CREATE TABLE account (
    id        INTEGER NOT NULL PRIMARY KEY,
    org       TEXT    NOT NULL,
    crm_user  TEXT    NOT NULL,
    -- mxs_api::Settings as JSON; absent until somebody chose.
    settings  TEXT,
    UNIQUE (org, crm_user)
) STRICT;

CREATE TABLE session (
    -- SHA-256 of the bearer token: a copy of this table opens no session.
    token_hash  BLOB    NOT NULL PRIMARY KEY,
    account     INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expires_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account, expires_ms);
CREATE INDEX session_expires ON session (expires_ms);

-- A mailbox that an account connected, now or earlier. Its state stays with the pair: an account that comes
-- back to a mailbox finds it, and nobody else ever does.
CREATE TABLE mailbox (
    id         INTEGER NOT NULL PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The account's, repeated here because the next index needs it.
    org        TEXT    NOT NULL,
    graph_id   TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    connected  INTEGER NOT NULL CHECK (connected IN (0, 1)),
    -- mxs_core::Cursors as JSON.
    cursors    TEXT    NOT NULL DEFAULT '{}',
    UNIQUE (account, graph_id)
) STRICT;
-- A mailbox belongs to one CRM user of an organisation at a time.
CREATE UNIQUE INDEX mailbox_one_user ON mailbox (org, graph_id) WHERE connected = 1;
-- A CRM user has one mailbox at a time.
CREATE UNIQUE INDEX mailbox_one_each ON mailbox (account) WHERE connected = 1;

-- Runs, and with them the leases: a run without an end holds its mailbox until `expires_ms`.
CREATE TABLE run (
    -- The fencing token. AUTOINCREMENT, so that no number is used twice even after old runs were deleted; one
    -- sequence for all mailboxes, so that a run that outlived a change of mailbox can't hit the new one.
    fence       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    mailbox     INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    started_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL,
    -- mxs_api::Progress as JSON.
    progress    TEXT,
    ended_ms    INTEGER,
    -- mxs_api::RunEnd as JSON.
    outcome     TEXT,
    -- mxs_core::Summary as JSON.
    summary     TEXT,
    CHECK ((ended_ms IS NULL) = (outcome IS NULL) AND (ended_ms IS NULL) = (summary IS NULL))
) STRICT;
CREATE INDEX run_of_mailbox ON run (mailbox, fence);
-- One lease a mailbox.
CREATE UNIQUE INDEX run_one_live ON run (mailbox) WHERE ended_ms IS NULL;

-- What a sync remembers. `body` is the item's JSON as the tab wrote it.
CREATE TABLE item (
    -- Also the order of pages: it stays when an item is written again.
    id       INTEGER NOT NULL PRIMARY KEY,
    mailbox  INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('intent', 'link', 'unlinked')),
    -- A link's mailbox item; for the others the record, with its side before a colon.
    key      TEXT    NOT NULL,
    -- A link's CRM record.
    crm      TEXT,
    -- The form of `body`, so that a later version knows what it has to convert.
    format   INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    -- With the next index: links pair each mailbox item with one CRM record and the reverse.
    UNIQUE (mailbox, kind, key),
    CHECK ((kind = 'link') = (crm IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX item_link_crm ON item (mailbox, crm) WHERE kind = 'link';
CREATE INDEX item_page ON item (mailbox, id);

-- What lost when both sides had changed. Only added to.
CREATE TABLE conflict (
    id       INTEGER NOT NULL PRIMARY KEY,
    mailbox  INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    fence    INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    format   INTEGER NOT NULL,
    -- mxs_core::Conflict as JSON.
    body     TEXT    NOT NULL,
    -- SHA-256 of `body`: a commit that is sent again adds nothing twice.
    digest   BLOB    NOT NULL,
    UNIQUE (fence, digest)
) STRICT;
CREATE INDEX conflict_of_mailbox ON conflict (mailbox, id);
CREATE TRIGGER conflict_stays BEFORE UPDATE ON conflict
BEGIN
    SELECT RAISE(ABORT, 'the conflict list is only added to');
END;
