-- When a finding came and when it stopped needing anybody, for counts over time: the report's.
ALTER TABLE findings ADD COLUMN recorded_at bigint NOT NULL DEFAULT 0;
ALTER TABLE findings ADD COLUMN closed_at   bigint;
UPDATE findings SET
  recorded_at = CAST(strftime('%s', doc ->> 'recordedAt') AS integer) * 1000,
  closed_at = CASE WHEN state IN ('Resolved', 'Archived') THEN CAST(strftime('%s', coalesce(doc ->> 'closedAt', doc ->> 'updatedAt')) AS integer) * 1000 END;
CREATE INDEX findings_times ON findings (state, rank, recorded_at, closed_at);
CREATE INDEX findings_closed ON findings (closed_at) WHERE closed_at IS NOT NULL;
