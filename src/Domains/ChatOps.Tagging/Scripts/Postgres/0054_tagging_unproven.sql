-- No row waits for a sample any more. What was set aside by that is long created: it says so, and is not tagged behind somebody's back.
UPDATE tagging_creation SET state = 'skipped', reason = 'unproven' WHERE state = 'unproven';
