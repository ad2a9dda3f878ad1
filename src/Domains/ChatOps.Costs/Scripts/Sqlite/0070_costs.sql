-- Budgets by period and cost anomalies: what AWS said, what people decided.
CREATE TABLE cost_subjects (
    kind       text    NOT NULL,      -- budget, anomaly
    id         text    NOT NULL,      -- opaque: it travels in buttons
    account    text    NOT NULL,
    name       text    NOT NULL,      -- the budget's name, the anomaly's id
    rank       integer NOT NULL,
    is_open    integer NOT NULL,
    noticed_at integer  NOT NULL,
    refresh_at integer,                -- when AWS is asked about it next; null when no more
    attempts   integer NOT NULL DEFAULT 0,
    version    integer  NOT NULL,
    doc        text   NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX cost_subjects_refresh ON cost_subjects (refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX cost_subjects_noticed ON cost_subjects (kind, noticed_at);

-- What a day cost, as Cost Explorer answered: a day that AWS has closed is kept for ever, an open one for hours.
CREATE TABLE cost_days (
    account    text    NOT NULL,      -- whose Cost Explorer was asked
    grouped_by text    NOT NULL,      -- DIMENSION:SERVICE, TAG:Owner
    filter     text    NOT NULL,      -- Cost Explorer's expression as JSON; empty for all
    day        text    NOT NULL,      -- 2026-03-04
    estimated  integer NOT NULL,
    fetched_at integer  NOT NULL,
    doc        text   NOT NULL,      -- amounts by group
    PRIMARY KEY (account, grouped_by, filter, day)
);

-- Other answers of Cost Explorer (forecasts, anomalies, tags), each for hours.
CREATE TABLE cost_answers (
    id         text   PRIMARY KEY,
    fetched_at integer NOT NULL,
    doc        text  NOT NULL
);

-- How many requests were made in a month: each costs money.
CREATE TABLE cost_requests (
    month    text    PRIMARY KEY,
    requests integer NOT NULL
);

-- Digests that were made. A period has one.
CREATE TABLE cost_digests (
    id         text   PRIMARY KEY,     -- daily-2026-03-03
    frequency  text   NOT NULL,
    period     text   NOT NULL,
    created_at integer NOT NULL,
    doc        text  NOT NULL
);
