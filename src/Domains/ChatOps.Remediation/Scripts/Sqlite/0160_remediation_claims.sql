-- One remediation a resource: what is under way claims it by account, Region and resource, whichever finding it is for.
ALTER TABLE remediation ADD COLUMN account text;
ALTER TABLE remediation ADD COLUMN region text;
ALTER TABLE remediation ADD COLUMN resource text;
-- Since when it waits for a free place: Systems Manager runs so many automations of an account and Region at once.
ALTER TABLE remediation ADD COLUMN queued_at bigint;
-- What a running automation waits for, as AWS names it.
ALTER TABLE remediation ADD COLUMN waits_for text;
-- Who stopped it, and when.
ALTER TABLE remediation ADD COLUMN stop_by text;
ALTER TABLE remediation ADD COLUMN stop_at bigint;
-- Since when the resource was read as right; what it was like when the remediation had ended, as JSON; until when it can be undone.
ALTER TABLE remediation ADD COLUMN right_at bigint;
ALTER TABLE remediation ADD COLUMN after_state text;
ALTER TABLE remediation ADD COLUMN undo_until bigint;
-- The remediation that this one undoes.
ALTER TABLE remediation ADD COLUMN undoes text;
-- When the approvers were reminded.
ALTER TABLE remediation ADD COLUMN reminded_at bigint;

UPDATE remediation SET account = plan ->> 'account', region = plan ->> 'region', resource = plan ->> 'resourceArn'
WHERE state IN ('planned', 'awaiting_approval', 'starting', 'running', 'verifying');
-- Versions before could begin two of a resource: the later claims nothing.
UPDATE remediation SET resource = NULL
WHERE state IN ('awaiting_approval', 'starting', 'running', 'verifying') AND EXISTS (
    SELECT 1 FROM remediation AS other
    WHERE other.account = remediation.account AND other.region = remediation.region AND other.resource = remediation.resource
      AND other.state IN ('awaiting_approval', 'starting', 'running', 'verifying') AND other.id < remediation.id);

CREATE UNIQUE INDEX remediation_resource ON remediation (account, region, resource)
    WHERE state IN ('awaiting_approval', 'starting', 'running', 'verifying');
CREATE INDEX remediation_queue ON remediation (account, region, queued_at) WHERE state = 'starting';
-- Undone once: while an undoing is under way, and after it has succeeded, there is no other.
CREATE UNIQUE INDEX remediation_undone ON remediation (undoes)
    WHERE state IN ('awaiting_approval', 'starting', 'running', 'verifying', 'resolved');
CREATE INDEX remediation_undoable ON remediation (undo_until) WHERE undo_until IS NOT NULL;
