-- Assets whose tags are not as the policy asks: a copy for lists and counts, judged again by every census and every change of ours.
CREATE TABLE tagging_gap (
    arn      text PRIMARY KEY,
    asset_id text   NOT NULL,
    type     text   NOT NULL,
    name     text   NOT NULL,
    account  text   NOT NULL,
    region   text   NOT NULL,
    owner    text,
    creator  text,
    faults   text   NOT NULL,                -- JSON: key, kind, value
    keys     text   NOT NULL,                -- ' Env Owner ': for the filter by key
    since    bigint NOT NULL
);

CREATE INDEX tagging_gap_list ON tagging_gap (account, type, name, arn);

-- What a census counted.
CREATE TABLE tagging_census (
    taken_at bigint PRIMARY KEY,
    took_ms  bigint NOT NULL,
    figures  text   NOT NULL                 -- JSON
);
