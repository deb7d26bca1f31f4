-- As ../sqlite/0015_authorities.sql, which tells what the column is for.

ALTER TABLE org ADD COLUMN ews_authorities TEXT COLLATE "C";
