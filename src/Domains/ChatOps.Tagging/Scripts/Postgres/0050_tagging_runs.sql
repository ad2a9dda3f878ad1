-- A change of tags on one or many assets, from the plan that somebody is shown to its end.
-- state: gathering, planned, running, done, cancelled.
CREATE TABLE tagging_run (
    id           text PRIMARY KEY,
    state        text   NOT NULL,
    source       text   NOT NULL,            -- JSON: which assets
    change       text   NOT NULL,            -- JSON: key to value, null removes
    plan         text,                       -- JSON: what it comes to, as shown
    requested_by text   NOT NULL,
    requested_at bigint NOT NULL,
    confirmed_at bigint,
    ended_at     bigint,
    undo_of      text,
    undone_by    text,                       -- the run that undoes this one
    view_id      text,                       -- the modal that follows it
    respond_url  text,                       -- the answer to a command that follows it
    language     text,                       -- of that modal or answer
    due_at       bigint                      -- gathering: when somebody looks at it
);

CREATE INDEX tagging_run_gathering ON tagging_run (due_at) WHERE state = 'gathering';

-- What is done to one asset of it; assets on which nothing changes have none. state: pending, done, failed.
CREATE TABLE tagging_run_item (
    run_id   text   NOT NULL REFERENCES tagging_run (id) ON DELETE CASCADE,
    arn      text   NOT NULL,
    name     text   NOT NULL,
    account  text   NOT NULL,
    region   text   NOT NULL,
    change   text   NOT NULL,                -- JSON: what is to be done here
    expected text,                           -- JSON: what the keys must hold now for it to be done; null for whatever they hold
    before   text,                           -- JSON: what those keys held just before
    state    text   NOT NULL,
    code     text,
    message  text,
    attempts bigint NOT NULL DEFAULT 0,
    due_at   bigint,                         -- pending and confirmed: when it is tried; a lease while it is
    PRIMARY KEY (run_id, arn)
);

CREATE INDEX tagging_run_item_due ON tagging_run_item (due_at) WHERE state = 'pending';
