-- Groups of alerts, from the first that fires until half an hour after the last is over. What is filtered and sorted by is a column; all of it is doc.
CREATE TABLE alert_groups (
    id              text PRIMARY KEY,
    identity        text    NOT NULL,      -- what the source groups by: the same for all its returns
    current         integer NOT NULL,      -- 1 for the latest of an identity
    source          text    NOT NULL,
    name            text    NOT NULL,
    rank            integer NOT NULL,
    state           text    NOT NULL,
    account         text,
    started_at      bigint NOT NULL,
    ended_at        bigint,
    acknowledged_at bigint,                -- the first time
    fired           integer NOT NULL,      -- how often it began to fire
    updated_at      bigint NOT NULL,
    picture_due_at  bigint,                -- when its picture is drawn next
    version         bigint NOT NULL,
    search          text    NOT NULL,
    doc             jsonb  NOT NULL
);

-- One latest of each identity, whichever replica hears of it first.
CREATE UNIQUE INDEX alert_groups_current ON alert_groups (identity) WHERE current = 1;
CREATE INDEX alert_groups_open ON alert_groups (rank, updated_at) WHERE ended_at IS NULL;
CREATE INDEX alert_groups_started ON alert_groups (started_at);
CREATE INDEX alert_groups_ended ON alert_groups (ended_at);
CREATE INDEX alert_groups_picture ON alert_groups (picture_due_at) WHERE picture_due_at IS NOT NULL;

-- What happened to a group, in order: the lines of its thread.
CREATE TABLE alert_history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id text    NOT NULL REFERENCES alert_groups (id) ON DELETE CASCADE,
    at       bigint NOT NULL,
    what     text    NOT NULL,
    data     text    NOT NULL
);
CREATE INDEX alert_history_group ON alert_history (group_id, id);

-- Silences that people asked us for, until they are over.
-- state: requested, active, ending; over: ended, failed.
CREATE TABLE alert_silences (
    id              text PRIMARY KEY,      -- stands in the comment at Alertmanager, by which it is found after a crash
    group_id        text,                  -- null for one by matchers alone
    alertmanager_id text,                  -- null while it is requested, and for a mute of our own
    is_local        integer NOT NULL,
    matchers        text    NOT NULL,      -- JSON
    starts_at       bigint NOT NULL,
    ends_at         bigint NOT NULL,
    by_user         text    NOT NULL,
    by_name         text    NOT NULL,
    reason          text    NOT NULL,
    state           text    NOT NULL,
    error           text,
    attempts        integer NOT NULL DEFAULT 0,
    due_at          bigint                 -- when it is looked at next; null when it is over
);
CREATE INDEX alert_silences_due ON alert_silences (due_at) WHERE due_at IS NOT NULL;
