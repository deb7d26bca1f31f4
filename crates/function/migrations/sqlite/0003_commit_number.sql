-- The number of the last numbered commit of the run; 0 before the first. A copy of an earlier one that comes
-- late is known by it.
ALTER TABLE run ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
-- SHA-256 of that commit's changes: another commit with its number is no copy, and must not pass for one.
ALTER TABLE run ADD COLUMN commit_digest BLOB;
