-- One row that /health/ready writes: a database that only answers takes no events.
CREATE TABLE health_writes (
  id      integer NOT NULL PRIMARY KEY,
  made_at bigint  NOT NULL
);
