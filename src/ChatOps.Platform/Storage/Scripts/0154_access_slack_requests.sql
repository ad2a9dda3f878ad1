-- Requests of Slack that were taken, so that none is taken twice by different replicas. Kept for an hour.
CREATE TABLE slack_requests (
  id       text   NOT NULL PRIMARY KEY,
  taken_at bigint NOT NULL
);
CREATE INDEX slack_requests_taken ON slack_requests (taken_at);
