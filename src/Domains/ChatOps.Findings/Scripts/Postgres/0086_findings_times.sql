-- When a finding came and when it stopped needing anybody, for counts over time: the report's.
ALTER TABLE findings ADD COLUMN recorded_at bigint NOT NULL DEFAULT 0;
ALTER TABLE findings ADD COLUMN closed_at   bigint;
UPDATE findings SET
  recorded_at = CAST(extract(epoch FROM CAST(doc ->> 'recordedAt' AS timestamptz)) * 1000 AS bigint),
  closed_at = CASE WHEN state IN ('Resolved', 'Archived') THEN CAST(extract(epoch FROM CAST(coalesce(doc ->> 'closedAt', doc ->> 'updatedAt') AS timestamptz)) * 1000 AS bigint) END;
CREATE INDEX findings_times ON findings (state, rank, recorded_at, closed_at);
CREATE INDEX findings_closed ON findings (closed_at) WHERE closed_at IS NOT NULL;
