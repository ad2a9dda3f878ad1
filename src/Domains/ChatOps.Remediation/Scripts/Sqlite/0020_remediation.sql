-- One attempt to remediate one finding, from the plan that somebody is shown to its end.
-- state: planned, awaiting_approval, starting, running, verifying; ended: resolved, unverified, failed, denied, expired.
CREATE TABLE remediation (
    id              text PRIMARY KEY,      -- a GUID: also Systems Manager's ClientToken, so that a start repeated is one start
    finding_id      text    NOT NULL,
    state           text    NOT NULL,
    plan            text    NOT NULL,      -- JSON: what runs, as it was shown; holds the before-state
    requested_by    text    NOT NULL,
    requested_at    integer NOT NULL,
    reason          text,
    expires_at      integer,                -- an approval is waited for until then
    decided_by      text,
    decided_at      integer,
    decision        text,                  -- why it was denied
    execution_id    text,
    started_at      integer,
    ended_at        integer,
    verify_until    integer,
    failed_step     text,
    failure         text,
    attempts        integer NOT NULL DEFAULT 0, -- of what the state is doing now; sets the back-off
    due_at          integer,                -- when it is looked at next; a watch that was scheduled for another time is outdated
    leased_until    integer,                -- somebody is looking at it
    woken           integer NOT NULL DEFAULT 0  -- an event came while somebody was
);

-- One at a time for a finding, whoever asks and however often.
CREATE UNIQUE INDEX remediation_active ON remediation (finding_id)
    WHERE state IN ('awaiting_approval', 'starting', 'running', 'verifying');

CREATE INDEX remediation_execution ON remediation (execution_id) WHERE execution_id IS NOT NULL;

CREATE INDEX remediation_unfinished ON remediation (due_at)
    WHERE state IN ('planned', 'awaiting_approval', 'starting', 'running', 'verifying');

-- The steps of its automation that were told in the thread.
CREATE TABLE remediation_step (
    remediation_id text NOT NULL REFERENCES remediation (id) ON DELETE CASCADE,
    step_id        text NOT NULL,
    PRIMARY KEY (remediation_id, step_id)
);
