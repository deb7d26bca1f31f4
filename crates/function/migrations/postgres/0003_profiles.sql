-- As ../sqlite/0014_profiles.sql, which tells what the columns are for.

ALTER TABLE org ADD COLUMN intervals TEXT COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN profile TEXT COLLATE "C";
