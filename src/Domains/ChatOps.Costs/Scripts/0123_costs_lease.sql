-- The lease of due work: who holds a row, until when by the database's clock (Unix milliseconds), and which holder in turn that is.
ALTER TABLE cost_subjects ADD COLUMN lease_owner text;
ALTER TABLE cost_subjects ADD COLUMN lease_until bigint;
ALTER TABLE cost_subjects ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
