-- A resource that CloudTrail says was created, and what became of tagging it.
-- state: pending, tagged, nothing (it had all), failed, not_taggable, skipped, unproven.
CREATE TABLE tagging_creation (
    id           text PRIMARY KEY,           -- of the event and the ARN: the same event again is the same row
    notice_id    text   NOT NULL,            -- of the event: what was created by one call is told together
    arn          text,                       -- null for what was not created
    type         text   NOT NULL,
    name         text   NOT NULL,
    account      text   NOT NULL,
    region       text   NOT NULL,
    event        text   NOT NULL,            -- ec2:RunInstances
    at           integer NOT NULL,
    creator      text   NOT NULL,            -- JSON
    creator_name text   NOT NULL,
    own_tags     text   NOT NULL,            -- JSON: tags that the call itself set
    updates      integer NOT NULL,            -- 1: the call also updates what exists
    state        text   NOT NULL,
    reason       text,
    tags         text,                       -- JSON: what was set
    missing      text,                       -- JSON: keys that policy still asks for; null before it was judged
    attempts     integer NOT NULL DEFAULT 0,
    due_at       integer,                     -- pending: when it is tried; a lease while it is
    settled_at   integer
);

CREATE INDEX tagging_creation_due ON tagging_creation (due_at) WHERE state = 'pending';
CREATE INDEX tagging_creation_arn ON tagging_creation (arn);
CREATE INDEX tagging_creation_notice ON tagging_creation (notice_id);
CREATE INDEX tagging_creation_at ON tagging_creation (at);

-- Who was asked for the missing tags of what one call created.
CREATE TABLE tagging_notice (
    id           text PRIMARY KEY,
    creator_name text   NOT NULL,
    slack_user   text,                       -- null: nobody in Slack was found, the channel is asked
    at           integer NOT NULL,
    completed_by text,
    completed_at integer
);
