-- What a day cost by group and kind of charge, as Cost Explorer answered to one metric. A closed day is read again on the sixth and the
-- fifteenth of a month, an open one after hours. It takes the place of cost_days, whose rows of different metrics cannot be told apart;
-- that table stays until no replica of the version before runs any more.
CREATE TABLE cost_charges (
    account    text    NOT NULL,      -- whose Cost Explorer was asked
    metric     text    NOT NULL,      -- UnblendedCost, AmortizedCost, UsageQuantity
    grouped_by text    NOT NULL,      -- DIMENSION:SERVICE/DIMENSION:RECORD_TYPE
    filter     text    NOT NULL,      -- Cost Explorer's expression as JSON; empty for all
    day        text    NOT NULL,      -- 2026-03-04
    estimated  integer NOT NULL,
    fetched_at integer  NOT NULL,
    doc        text   NOT NULL,      -- amounts by group
    PRIMARY KEY (account, metric, grouped_by, filter, day)
);

-- Who asks Cost Explorer a question just now, until when by the database's clock: nobody else pays for it meanwhile.
CREATE TABLE cost_questions (
    id          text   PRIMARY KEY,
    lease_owner text   NOT NULL,
    lease_until integer NOT NULL
);

-- What accounts are called, as Cost Explorer says with their costs.
CREATE TABLE cost_accounts (
    id   text PRIMARY KEY,
    name text NOT NULL
);

-- Digests are brought up to date as AWS learns of their days, until it has closed them.
ALTER TABLE cost_digests ADD COLUMN refresh_at integer;
ALTER TABLE cost_digests ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE cost_digests ADD COLUMN lease_owner text;
ALTER TABLE cost_digests ADD COLUMN lease_until integer;
ALTER TABLE cost_digests ADD COLUMN lease_epoch integer NOT NULL DEFAULT 0;
CREATE INDEX cost_digests_refresh ON cost_digests (refresh_at) WHERE refresh_at IS NOT NULL;

-- Notifications, actions and looks find a budget's periods by its name.
CREATE INDEX cost_subjects_name ON cost_subjects (account, name);
