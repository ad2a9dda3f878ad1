-- The audit: appended to, never changed. Each entry carries the hash of the one before it.
CREATE TABLE audit (
    id            integer PRIMARY KEY,
    at            integer NOT NULL,
    user_id       text    NOT NULL,
    verb          text    NOT NULL,
    subject       text    NOT NULL,
    role          text    NOT NULL,
    outcome       text    NOT NULL,
    details       text    NOT NULL,
    previous_hash text    NOT NULL,
    hash          text    NOT NULL UNIQUE
);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
