-- Events of AWS Health as they are now, put together of all pages and copies. The facts are in doc.
-- version: a write states the one it read.
CREATE TABLE health_events (
  id         TEXT PRIMARY KEY,
  arn        TEXT NOT NULL,
  type_code  TEXT NOT NULL,
  is_open    INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  doc        TEXT NOT NULL
);
CREATE INDEX health_events_type ON health_events (type_code);
CREATE INDEX health_events_arn ON health_events (arn);
