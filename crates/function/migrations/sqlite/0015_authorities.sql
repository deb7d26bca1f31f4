-- Exchange Servers of an organisation's own.

-- The certificates of authorities, in PEM, that are trusted for them beyond the public ones.
ALTER TABLE org ADD COLUMN ews_authorities TEXT;
