-- Which Slack channel a routed name was found to be: found once in a list of thousands, and known to all replicas and after a restart.
CREATE TABLE routed_channels (
  channel  text   NOT NULL PRIMARY KEY,
  target   text   NOT NULL,
  found_at bigint NOT NULL
);
