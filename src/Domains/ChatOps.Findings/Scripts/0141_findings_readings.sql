-- Findings about which Security Hub is to be asked: what was said of them contradicts a decision made here, without evidence.
CREATE TABLE finding_readings (
  finding_id  text   PRIMARY KEY REFERENCES findings (id) ON DELETE CASCADE,
  due_at      bigint NOT NULL,
  attempts    bigint NOT NULL DEFAULT 0,
  lease_owner text,
  lease_until bigint,
  lease_epoch bigint NOT NULL DEFAULT 0
);
CREATE INDEX finding_readings_due ON finding_readings (due_at);
