-- The Alertmanager that a group comes from, by its name in the configuration; null for none of ours. And when it was last told of.
ALTER TABLE alert_groups ADD COLUMN server text;
ALTER TABLE alert_groups ADD COLUMN heard_at bigint NOT NULL DEFAULT 0;
UPDATE alert_groups SET heard_at = updated_at;
CREATE INDEX alert_groups_server ON alert_groups (server) WHERE current = 1 AND ended_at IS NULL;

-- The server that a silence is made at.
ALTER TABLE alert_silences ADD COLUMN server text;

-- The servers that are asked what fires. A row each for the configured ones.
CREATE TABLE alert_servers (
    name         text PRIMARY KEY,
    peer         text,                     -- which of its addresses answered last
    since        bigint,                   -- since when that one knows what it knows: its start, or the first time that it was asked
    external_url text,                     -- the externalURL of a group that it was seen to hold
    asked_at     bigint NOT NULL DEFAULT 0,
    answered_at  bigint,
    error        text,
    attempts     bigint NOT NULL DEFAULT 0,
    due_at       bigint,
    lease_owner  text,
    lease_until  bigint,
    lease_epoch  bigint NOT NULL DEFAULT 0
);
