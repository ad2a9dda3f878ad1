-- Events of AWS Health as they are now, put together of all pages and copies. The facts are in doc.
-- version: a write states the one it read.
CREATE TABLE health_events (
  id         text PRIMARY KEY,
  arn        text NOT NULL,
  type_code  text NOT NULL,
  is_open    integer NOT NULL,
  updated_at bigint NOT NULL,
  version    bigint NOT NULL,
  doc        jsonb NOT NULL
);
CREATE INDEX health_events_type ON health_events (type_code);
CREATE INDEX health_events_arn ON health_events (arn);
