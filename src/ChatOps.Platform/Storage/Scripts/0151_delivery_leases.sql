-- Who sends to a Slack channel: one replica, for a term by the database's clock. The epoch grows with every taking.
-- expires_at is 0 once it was given back in order; then nobody was in the middle of anything.
CREATE TABLE channel_leases (
  target     text   NOT NULL PRIMARY KEY,
  owner      text   NOT NULL,
  epoch      bigint NOT NULL,
  expires_at bigint NOT NULL,
  taken_at   bigint NOT NULL DEFAULT 0,
  again_at   bigint
);

-- When messages were updated in the last minute, by any replica: Slack counts them by workspace.
CREATE TABLE slack_updates (made_at bigint NOT NULL);
CREATE INDEX slack_updates_made ON slack_updates (made_at);
