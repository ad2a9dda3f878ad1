-- One daily report each: its period, and whether it is made. Whoever inserts the row makes it.
CREATE TABLE reports (
    id            text   PRIMARY KEY,   -- daily-2026-03-04, now-20260304-0912: what may not be sent twice
    kind          text   NOT NULL,
    period_from   bigint NOT NULL,
    period_to     bigint NOT NULL,
    previous_from bigint NOT NULL,
    state         text   NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
    claimed_at    bigint NOT NULL,      -- one that is running for too long was left by a process that ended
    ended_at      bigint,
    by_user       text
);
CREATE INDEX reports_latest ON reports (claimed_at);

-- What a report says in a language: JSON.
CREATE TABLE report_editions (
    report_id text NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    language  text NOT NULL,
    doc       text NOT NULL,
    PRIMARY KEY (report_id, language)
);

-- Since when this database has seen the timetable: a report is missed only by a bot that was there before.
CREATE TABLE report_schedule (
    name  text   PRIMARY KEY,
    since bigint NOT NULL
);
