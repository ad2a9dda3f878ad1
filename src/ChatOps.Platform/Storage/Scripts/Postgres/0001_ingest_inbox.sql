-- Events as they came in. state: pending, done, unknown (nobody reads its kind yet), failed (set aside with its error).
CREATE TABLE inbox_events (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dedup_key       text    NOT NULL UNIQUE,
  source          text    NOT NULL,
  kind            text    NOT NULL,
  body            text    NOT NULL,
  received_at     bigint  NOT NULL,
  state           text    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'unknown', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at bigint  NOT NULL DEFAULT 0,
  finished_at     bigint,
  error           text
);
CREATE INDEX inbox_events_pending ON inbox_events (id) WHERE state = 'pending';
CREATE INDEX inbox_events_set_aside ON inbox_events (state, kind) WHERE state IN ('unknown', 'failed');
CREATE INDEX inbox_events_finished ON inbox_events (finished_at) WHERE finished_at IS NOT NULL;
-- Events are a few kB of JSON: LZ4 packs them several times faster than the default. A server built without it keeps the default.
DO $$ BEGIN
  ALTER TABLE inbox_events ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  NULL;
END $$;
