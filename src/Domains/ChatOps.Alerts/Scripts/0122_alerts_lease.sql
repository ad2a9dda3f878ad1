-- The lease of due work: who holds a row, until when by the database's clock (Unix milliseconds), and which holder in turn that is.
ALTER TABLE alert_silences ADD COLUMN lease_owner text;
ALTER TABLE alert_silences ADD COLUMN lease_until bigint;
ALTER TABLE alert_silences ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
ALTER TABLE alert_groups ADD COLUMN lease_owner text;
ALTER TABLE alert_groups ADD COLUMN lease_until bigint;
ALTER TABLE alert_groups ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
-- Of drawing the picture that is due.
ALTER TABLE alert_groups ADD COLUMN attempts bigint NOT NULL DEFAULT 0;
