-- Remediations that one person confirmed at once, from the message of a group of findings.
CREATE TABLE remediation_batch (
    id           text PRIMARY KEY,
    subject_kind text    NOT NULL,          -- the group's message, whose thread tells how it goes
    subject_key  text    NOT NULL,
    requested_by text    NOT NULL,
    planned_at   bigint  NOT NULL,
    confirmed_at bigint,                     -- null while it is shown in a modal
    total        bigint  NOT NULL,
    ended        bigint  NOT NULL DEFAULT 0, -- how many of them came to an end, whichever
    resolved     bigint  NOT NULL DEFAULT 0  -- how many of them remediated their finding
);

ALTER TABLE remediation ADD COLUMN batch text;
CREATE INDEX remediation_in_batch ON remediation (batch) WHERE batch IS NOT NULL;
