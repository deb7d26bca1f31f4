-- Users with another profile in the CRM may be synced more or less often.

-- The seconds between two runs by the ids of profiles, as JSON; users with any other profile have interval_s.
ALTER TABLE org ADD COLUMN intervals TEXT NOT NULL DEFAULT '{}';

-- The id of the user's profile, when the CRM was last asked.
ALTER TABLE account ADD COLUMN profile TEXT;
