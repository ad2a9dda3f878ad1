-- One approval for all of a batch: why it was asked for, until when an answer is waited for, who decided and how.
ALTER TABLE remediation_batch ADD COLUMN reason text;
ALTER TABLE remediation_batch ADD COLUMN expires_at bigint;
ALTER TABLE remediation_batch ADD COLUMN decided_by text;
ALTER TABLE remediation_batch ADD COLUMN decided_at bigint;
ALTER TABLE remediation_batch ADD COLUMN decision text;
ALTER TABLE remediation_batch ADD COLUMN reminded_at bigint;
