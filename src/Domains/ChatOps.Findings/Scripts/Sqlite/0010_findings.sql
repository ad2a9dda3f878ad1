-- Findings as they are now. The facts are in doc; the columns beside it are what is filtered, sorted or compared.
-- state: FindingState by name. rank: 0 is the worst. version: a write states the one it read.
CREATE TABLE findings (
  id               TEXT    PRIMARY KEY,
  arn              TEXT    NOT NULL,
  product_arn      TEXT    NOT NULL,
  account          TEXT    NOT NULL,
  region           TEXT    NOT NULL,
  control          TEXT,
  rank             INTEGER NOT NULL,
  state            TEXT    NOT NULL,
  group_key        TEXT    NOT NULL,
  resource         TEXT,
  suppressed_until INTEGER,
  updated_at       INTEGER  NOT NULL,
  version          INTEGER  NOT NULL,
  search           TEXT    NOT NULL,
  doc              TEXT    NOT NULL,
  UNIQUE (arn, product_arn)
);
CREATE INDEX findings_list ON findings (state, rank, updated_at DESC, id);
CREATE INDEX findings_group ON findings (group_key);
CREATE INDEX findings_resource ON findings (resource) WHERE resource IS NOT NULL;
CREATE INDEX findings_suppressed ON findings (suppressed_until) WHERE suppressed_until IS NOT NULL;

-- What happened to a finding, a line each: people's acts and Security Hub's changes.
CREATE TABLE finding_history (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  finding_id TEXT   NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  what       TEXT   NOT NULL,
  data       TEXT   NOT NULL
);
CREATE INDEX finding_history_of ON finding_history (finding_id, id);

-- Findings of an event that could not be read, as they came.
CREATE TABLE finding_faults (
  event_id INTEGER  NOT NULL,
  place    INTEGER NOT NULL,
  at       INTEGER  NOT NULL,
  error    TEXT    NOT NULL,
  body     TEXT    NOT NULL,
  PRIMARY KEY (event_id, place)
);

-- What Security Hub has to be told. state: pending, done, failed (for good; the finding shows why).
CREATE TABLE finding_writes (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  finding_id      TEXT    NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  workflow        TEXT,
  note            TEXT    NOT NULL,
  by_user         TEXT    NOT NULL,
  created_at      INTEGER  NOT NULL,
  state           TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  attempts        INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER  NOT NULL DEFAULT 0,
  error           TEXT
);
CREATE INDEX finding_writes_pending ON finding_writes (finding_id, id) WHERE state = 'pending';
