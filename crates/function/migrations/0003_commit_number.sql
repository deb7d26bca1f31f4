-- The number of the last numbered commit of the run; 0 before the first. A copy of an earlier one that comes
-- late is known by it.
ALTER TABLE run ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
