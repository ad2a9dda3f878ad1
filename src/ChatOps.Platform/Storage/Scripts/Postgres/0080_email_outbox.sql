-- Mails that shall go out, each once. state: waiting; sending (claimed: never sent by anybody else again); ended: sent, failed, doubtful.
CREATE TABLE email_outbox (
    key        text   PRIMARY KEY,       -- the mail's own identity; kept for ever
    recipients text   NOT NULL,          -- JSON: addresses
    subject    text   NOT NULL,
    html       text,                     -- gone once it is ended
    plain      text,
    state      text   NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'doubtful')),
    attempts   bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    due_at     bigint NOT NULL,
    claimed_at bigint,
    ended_at   bigint,
    error      text
);
CREATE INDEX email_outbox_open ON email_outbox (due_at) WHERE state IN ('waiting', 'sending');

CREATE TABLE email_pictures (
    email_key text   NOT NULL REFERENCES email_outbox (key) ON DELETE CASCADE,
    name      text   NOT NULL,
    alt       text   NOT NULL,
    width     bigint NOT NULL,
    height    bigint NOT NULL,
    png       bytea  NOT NULL,
    PRIMARY KEY (email_key, name)
);
