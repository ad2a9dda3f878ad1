-- When each source of events was last heard (Unix milliseconds): the inbox itself is emptied after a month.
CREATE TABLE event_sources (
  source  text   NOT NULL PRIMARY KEY,
  last_at bigint NOT NULL
);
