-- What Slack refuses: how plain the message has become (bits of PlainForm), how often it was refused, and since when it is in doubt.
ALTER TABLE living_messages ADD COLUMN form integer NOT NULL DEFAULT 0;
ALTER TABLE living_messages ADD COLUMN refusals integer NOT NULL DEFAULT 0;
ALTER TABLE living_messages ADD COLUMN asked_at bigint;
-- How bad and how open the subject was when it was last shown; and why the message in Slack can no longer be changed.
ALTER TABLE living_messages ADD COLUMN shown_rank integer;
ALTER TABLE living_messages ADD COLUMN shown_open integer;
ALTER TABLE living_messages ADD COLUMN lost text;
UPDATE living_messages SET shown_rank = rank, shown_open = is_open WHERE state = 'posted';
ALTER TABLE thread_replies ADD COLUMN form integer NOT NULL DEFAULT 0;
ALTER TABLE thread_replies ADD COLUMN refusals integer NOT NULL DEFAULT 0;
ALTER TABLE thread_replies ADD COLUMN asked_at bigint;
ALTER TABLE thread_replies ADD COLUMN next_attempt_at bigint NOT NULL DEFAULT 0;
