-- When the start of an automation was last sent to AWS without a definite refusal: it may run already, so it is asked for again by its
-- token and not judged anew.
ALTER TABLE remediation ADD COLUMN called_at bigint;
