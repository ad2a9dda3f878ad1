-- What operators are told about work that was set aside: one notice for all letters of one source, kind and sort of error. A closed notice
-- (all its letters decided) keeps who decided; the next letter of its sort opens a new one.
CREATE TABLE dead_letter_notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source     text    NOT NULL,
  signature  text    NOT NULL,
  kind       text    NOT NULL,
  error      text    NOT NULL,
  opened_at  bigint  NOT NULL,
  last_at    bigint  NOT NULL,
  waiting    integer NOT NULL DEFAULT 0,
  retried    integer NOT NULL DEFAULT 0,
  discarded  integer NOT NULL DEFAULT 0,
  decided_by text,
  decided_at bigint,
  closed     integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX dead_letter_notices_open ON dead_letter_notices (source, signature) WHERE closed = 0;
-- Work that was set aside and waits for a person. Deleted when decided; the audit keeps the decision.
CREATE TABLE dead_letters (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice_id      bigint  NOT NULL REFERENCES dead_letter_notices (id),
  source         text    NOT NULL,
  key            text    NOT NULL,
  kind           text    NOT NULL,
  error          text    NOT NULL,
  first_tried_at bigint  NOT NULL,
  last_tried_at  bigint  NOT NULL,
  attempts       integer NOT NULL,
  UNIQUE (source, key)
);
CREATE INDEX dead_letters_notice ON dead_letters (notice_id, id);
