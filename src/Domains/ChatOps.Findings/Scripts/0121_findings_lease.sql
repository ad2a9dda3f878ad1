-- The lease of due work: who holds a row, until when by the database's clock (Unix milliseconds), and which holder in turn that is.
ALTER TABLE finding_writes ADD COLUMN lease_owner text;
ALTER TABLE finding_writes ADD COLUMN lease_until bigint;
ALTER TABLE finding_writes ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
-- A due time of 0 said 'at once'; the age of what is due is told by it now.
UPDATE finding_writes SET next_attempt_at = created_at WHERE state = 'pending' AND next_attempt_at = 0;
