-- Findings as they are now. The facts are in doc; the columns beside it are what is filtered, sorted or compared.
-- state: FindingState by name. rank: 0 is the worst. version: a write states the one it read.
CREATE TABLE findings (
  id               text    PRIMARY KEY,
  arn              text    NOT NULL,
  product_arn      text    NOT NULL,
  account          text    NOT NULL,
  region           text    NOT NULL,
  control          text,
  rank             integer NOT NULL,
  state            text    NOT NULL,
  group_key        text    NOT NULL,
  resource         text,
  suppressed_until bigint,
  updated_at       bigint  NOT NULL,
  version          bigint  NOT NULL,
  search           text    NOT NULL,
  doc              jsonb   NOT NULL,
  UNIQUE (arn, product_arn)
);
CREATE INDEX findings_list ON findings (state, rank, updated_at DESC, id);
CREATE INDEX findings_group ON findings (group_key);
CREATE INDEX findings_resource ON findings (resource) WHERE resource IS NOT NULL;
CREATE INDEX findings_suppressed ON findings (suppressed_until) WHERE suppressed_until IS NOT NULL;

-- What happened to a finding, a line each: people's acts and Security Hub's changes.
CREATE TABLE finding_history (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id text   NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  at         bigint NOT NULL,
  what       text   NOT NULL,
  data       text   NOT NULL
);
CREATE INDEX finding_history_of ON finding_history (finding_id, id);

-- Findings of an event that could not be read, as they came.
CREATE TABLE finding_faults (
  event_id bigint  NOT NULL,
  place    integer NOT NULL,
  at       bigint  NOT NULL,
  error    text    NOT NULL,
  body     text    NOT NULL,
  PRIMARY KEY (event_id, place)
);

-- What Security Hub has to be told. state: pending, done, failed (for good; the finding shows why).
CREATE TABLE finding_writes (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id      text    NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  workflow        text,
  note            text    NOT NULL,
  by_user         text    NOT NULL,
  created_at      bigint  NOT NULL,
  state           text    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at bigint  NOT NULL DEFAULT 0,
  error           text
);
CREATE INDEX finding_writes_pending ON finding_writes (finding_id, id) WHERE state = 'pending';
