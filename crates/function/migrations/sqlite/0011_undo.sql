-- The run that a run took back.
ALTER TABLE run ADD COLUMN undoes INTEGER;
