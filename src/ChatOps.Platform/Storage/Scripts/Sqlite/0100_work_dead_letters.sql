-- What operators are told about work that was set aside: one notice for all letters of one source, kind and sort of error. A closed notice
-- (all its letters decided) keeps who decided; the next letter of its sort opens a new one.
CREATE TABLE dead_letter_notices (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  source     TEXT    NOT NULL,
  signature  TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  error      TEXT    NOT NULL,
  opened_at  INTEGER NOT NULL,
  last_at    INTEGER NOT NULL,
  waiting    INTEGER NOT NULL DEFAULT 0,
  retried    INTEGER NOT NULL DEFAULT 0,
  discarded  INTEGER NOT NULL DEFAULT 0,
  decided_by TEXT,
  decided_at INTEGER,
  closed     INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX dead_letter_notices_open ON dead_letter_notices (source, signature) WHERE closed = 0;
-- Work that was set aside and waits for a person. Deleted when decided; the audit keeps the decision.
CREATE TABLE dead_letters (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  notice_id      INTEGER NOT NULL REFERENCES dead_letter_notices (id),
  source         TEXT    NOT NULL,
  key            TEXT    NOT NULL,
  kind           TEXT    NOT NULL,
  error          TEXT    NOT NULL,
  first_tried_at INTEGER NOT NULL,
  last_tried_at  INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  UNIQUE (source, key)
);
CREATE INDEX dead_letters_notice ON dead_letters (notice_id, id);
