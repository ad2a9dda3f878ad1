-- How far Security Hub's findings are read, by account and Region: at the first start all that is open, then what has changed.
-- started_at: of the pass under way; null between two. known_until: whatever was updated before it is read. Times in Unix milliseconds.
CREATE TABLE finding_scans (
  account     text   NOT NULL,
  region      text   NOT NULL,
  due_at      bigint NOT NULL,
  attempts    bigint NOT NULL DEFAULT 0,
  started_at  bigint,
  is_full     bigint NOT NULL DEFAULT 1,
  next_token  text,
  read_count  bigint NOT NULL DEFAULT 0,
  known_until bigint,
  full_at     bigint,
  ended_at    bigint,
  error       text,
  lease_owner text,
  lease_until bigint,
  lease_epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account, region)
);
CREATE INDEX finding_scans_due ON finding_scans (due_at);

-- When Security Hub last listed a finding: what it no longer lists is asked for, and closed when it is gone.
ALTER TABLE findings ADD COLUMN listed_at bigint;
CREATE INDEX findings_listed ON findings (account, region, listed_at) WHERE state IN ('New', 'Acknowledged', 'Suppressed');
ALTER TABLE finding_readings ADD COLUMN asks_presence bigint NOT NULL DEFAULT 0;
