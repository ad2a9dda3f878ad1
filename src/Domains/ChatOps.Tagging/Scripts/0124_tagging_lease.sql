-- The lease of due work: who holds a row, until when by the database's clock (Unix milliseconds), and which holder in turn that is.
ALTER TABLE tagging_run ADD COLUMN lease_owner text;
ALTER TABLE tagging_run ADD COLUMN lease_until bigint;
ALTER TABLE tagging_run ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
ALTER TABLE tagging_run_item ADD COLUMN lease_owner text;
ALTER TABLE tagging_run_item ADD COLUMN lease_until bigint;
ALTER TABLE tagging_run_item ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
ALTER TABLE tagging_creation ADD COLUMN lease_owner text;
ALTER TABLE tagging_creation ADD COLUMN lease_until bigint;
ALTER TABLE tagging_creation ADD COLUMN lease_epoch bigint NOT NULL DEFAULT 0;
-- Of reading the assets of a draft.
ALTER TABLE tagging_run ADD COLUMN attempts bigint NOT NULL DEFAULT 0;
