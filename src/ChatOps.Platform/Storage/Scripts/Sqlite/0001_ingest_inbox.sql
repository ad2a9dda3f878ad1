-- Events as they came in. state: pending, done, unknown (nobody reads its kind yet), failed (set aside with its error).
CREATE TABLE inbox_events (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  dedup_key       TEXT    NOT NULL UNIQUE,
  source          TEXT    NOT NULL,
  kind            TEXT    NOT NULL,
  body            TEXT    NOT NULL,
  received_at     INTEGER NOT NULL,
  state           TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'unknown', 'failed')),
  attempts        INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL DEFAULT 0,
  finished_at     INTEGER,
  error           TEXT
);
CREATE INDEX inbox_events_pending ON inbox_events (id) WHERE state = 'pending';
CREATE INDEX inbox_events_set_aside ON inbox_events (state, kind) WHERE state IN ('unknown', 'failed');
CREATE INDEX inbox_events_finished ON inbox_events (finished_at) WHERE finished_at IS NOT NULL;
