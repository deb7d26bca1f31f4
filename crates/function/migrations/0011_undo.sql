-- The run that a run took back.
ALTER TABLE run ADD COLUMN undoes INTEGER;

-- The run that an entry takes back, for whoever takes it back once more.
ALTER TABLE journal ADD COLUMN undoes INTEGER
    GENERATED ALWAYS AS (json_extract(body, '$.cause.undo.run')) VIRTUAL;
CREATE INDEX journal_undoes ON journal (undoes, id) WHERE undoes IS NOT NULL;
