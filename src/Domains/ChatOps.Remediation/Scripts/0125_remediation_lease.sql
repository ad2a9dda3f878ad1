-- The lease of due work: who holds a row, until when by the database's clock (Unix milliseconds), and which holder in turn that is.
-- leased_until and woken are not used any more: who wakes a row that is held changes its due time.
ALTER TABLE remediation ADD COLUMN lease_owner text;
ALTER TABLE remediation ADD COLUMN lease_until bigint;
ALTER TABLE remediation ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
