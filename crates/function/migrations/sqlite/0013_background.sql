-- What it takes to sync without a tab: organisations, whose keys are held, who is due when, what was done and what is wrong.

CREATE TABLE org (
    -- Zoho's zgid.
    id             TEXT    NOT NULL PRIMARY KEY,
    -- mxs_api::Settings as JSON, for users who did not choose; absent until an administrator chose.
    settings       TEXT,
    -- Whether users who are no administrators choose for themselves.
    users_choose   INTEGER NOT NULL DEFAULT 1 CHECK (users_choose IN (0, 1)),
    -- How Exchange Server is reached. Chosen once: mailboxes that were linked one way are not reachable the other.
    ews_access     TEXT    CHECK (ews_access IN ('impersonation', 'individual')),
    -- The time between two runs of a mailbox, in seconds.
    interval_s     INTEGER NOT NULL DEFAULT 300 CHECK (interval_s BETWEEN 60 AND 86400),
    -- How long the audit log is kept.
    audit_days     INTEGER NOT NULL DEFAULT 30 CHECK (audit_days BETWEEN 1 AND 396),
    -- The CRM asked to be left alone until then.
    crm_pause_ms   INTEGER NOT NULL DEFAULT 0,
    -- What the CRM last said is left of the day's credits, and when.
    credits_left   INTEGER,
    credits_ms     INTEGER,
    -- When the CRM was last asked which users are active.
    users_ms       INTEGER NOT NULL DEFAULT 0,
    -- When the extension was uninstalled: nothing runs, nobody's keys are held.
    removed_ms     INTEGER
) STRICT;
INSERT INTO org (id) SELECT DISTINCT org FROM account;
CREATE TRIGGER ews_access_is_chosen_once BEFORE UPDATE OF ews_access ON org
WHEN old.ews_access IS NOT NULL AND new.ews_access IS NOT old.ews_access
BEGIN
    SELECT RAISE(ABORT, 'how Exchange Server is reached is chosen once');
END;

-- Whether this user's mailbox is synced: an administrator's switch, and whether the CRM still has the user.
ALTER TABLE account ADD COLUMN switched_on INTEGER NOT NULL DEFAULT 1 CHECK (switched_on IN (0, 1));
ALTER TABLE account ADD COLUMN is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1));
-- What the CRM said of the user's role, and when; never what a tab said.
ALTER TABLE account ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1));
ALTER TABLE account ADD COLUMN checked_ms INTEGER NOT NULL DEFAULT 0;
-- The user's time zone in the CRM.
ALTER TABLE account ADD COLUMN zone TEXT;

-- Secrets that open a vendor's door. mxs_vault::Sealed: nobody reads them without the key ring.
CREATE TABLE credential (
    id       INTEGER NOT NULL PRIMARY KEY,
    org      TEXT    NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    -- 0 is the organisation's own; else the row of the mailbox.
    mailbox  INTEGER NOT NULL,
    -- mxs_vault::What.
    what     TEXT    NOT NULL,
    -- The key's name, so that rotation finds what is left.
    key_id   TEXT    NOT NULL,
    sealed   BLOB    NOT NULL,
    -- What belongs to it and is no secret, as JSON.
    about    TEXT    NOT NULL DEFAULT '{}',
    at_ms    INTEGER NOT NULL,
    UNIQUE (org, mailbox, what)
) STRICT;
CREATE INDEX credential_key ON credential (key_id);

-- Access tokens, shared by all instances: the CRM gives ten in ten minutes.
CREATE TABLE token (
    org            TEXT    NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    mailbox        INTEGER NOT NULL,
    what           TEXT    NOT NULL,
    sealed         BLOB,
    expires_ms     INTEGER NOT NULL DEFAULT 0,
    -- Who renews it has so long; until then the others wait.
    renewing_ms    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (org, mailbox, what)
) STRICT;

-- When a mailbox is synced next.
CREATE TABLE schedule (
    mailbox    INTEGER NOT NULL PRIMARY KEY REFERENCES mailbox (id) ON DELETE CASCADE,
    org        TEXT    NOT NULL,
    due_ms     INTEGER NOT NULL,
    -- When it was put into the queue; NULL when it isn't there.
    queued_ms  INTEGER,
    -- A vendor told of a change, or a person asked: it goes first.
    is_hinted  INTEGER NOT NULL DEFAULT 0 CHECK (is_hinted IN (0, 1)),
    failures   INTEGER NOT NULL DEFAULT 0,
    idle       INTEGER NOT NULL DEFAULT 0,
    -- The code of what a person has to see to before it goes on; NULL when it goes on.
    stopped    TEXT
) STRICT;
CREATE INDEX schedule_due ON schedule (due_ms) WHERE stopped IS NULL AND queued_ms IS NULL;
CREATE INDEX schedule_queued ON schedule (queued_ms) WHERE queued_ms IS NOT NULL;

-- A consent that a person was sent to a vendor for.
CREATE TABLE consent (
    -- SHA-256 of the state that comes back with the answer.
    state_hash  BLOB    NOT NULL PRIMARY KEY,
    account     INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    what        TEXT    NOT NULL CHECK (what IN ('crm', 'mailbox')),
    -- The text whose hash went along (PKCE): of no use without the code, which comes once, and our own secret.
    verifier    TEXT    NOT NULL,
    expires_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_account ON consent (account, expires_ms);

-- What vendors tell of changes by themselves.
CREATE TABLE subscription (
    id          INTEGER NOT NULL PRIMARY KEY,
    org         TEXT    NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    -- 0 is the organisation's own; else the row of the mailbox.
    mailbox     INTEGER NOT NULL,
    side        TEXT    NOT NULL CHECK (side IN ('crm', 'exchange')),
    -- What it tells of: a kind, and a folder, calendar or list of it.
    resource    TEXT    NOT NULL,
    -- Whether it is to be; else it is ended, and the row goes.
    is_wanted   INTEGER NOT NULL DEFAULT 1 CHECK (is_wanted IN (0, 1)),
    -- The end of the address at which it is told: random. NULL, like the next two, while there is no subscription.
    address     TEXT    UNIQUE,
    -- The vendor's name for it.
    name        TEXT,
    -- mxs_vault::Sealed: what its notifications prove themselves with.
    sealed      BLOB,
    expires_ms  INTEGER NOT NULL DEFAULT 0,
    -- When it is seen to next: made, renewed or ended.
    due_ms      INTEGER NOT NULL,
    -- How often in a row that failed.
    failures    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (side, name),
    UNIQUE (org, mailbox, side, resource)
) STRICT;
CREATE INDEX subscription_due ON subscription (due_ms);

-- Who did what, when, to what, and what came of it.
CREATE TABLE audit (
    id       INTEGER NOT NULL PRIMARY KEY,
    org      TEXT    NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    at_ms    INTEGER NOT NULL,
    -- The CRM user; NULL is the function itself.
    actor    TEXT,
    -- A stable word.
    action   TEXT    NOT NULL,
    -- What it was done to: a CRM user, by id; NULL is the organisation.
    target   TEXT,
    -- The stable code of what went wrong; NULL when nothing did.
    failure  TEXT,
    -- More about it as JSON, without personal data or secrets.
    detail   TEXT    NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX audit_page ON audit (org, id);
CREATE INDEX audit_age ON audit (org, at_ms);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is never changed');
END;

-- What is wrong.
CREATE TABLE alert (
    id         INTEGER NOT NULL PRIMARY KEY,
    org        TEXT    NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    -- 0 is the whole organisation; else the row of the mailbox.
    mailbox    INTEGER NOT NULL,
    -- The stable code of what is wrong.
    code       TEXT    NOT NULL,
    severity   TEXT    NOT NULL CHECK (severity IN ('error', 'warning')),
    opened_ms  INTEGER NOT NULL,
    last_ms    INTEGER NOT NULL,
    -- How often it was met.
    times      INTEGER NOT NULL,
    closed_ms  INTEGER
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (org, mailbox, code) WHERE closed_ms IS NULL;
CREATE INDEX alert_page ON alert (org, id);
CREATE INDEX alert_age ON alert (closed_ms) WHERE closed_ms IS NOT NULL;
