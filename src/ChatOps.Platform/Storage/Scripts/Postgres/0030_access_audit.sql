-- The audit: appended to, never changed. Each entry carries the hash of the one before it.
CREATE TABLE audit (
    id            bigint PRIMARY KEY,
    at            bigint NOT NULL,
    user_id       text   NOT NULL,
    verb          text   NOT NULL,
    subject       text   NOT NULL,
    role          text   NOT NULL,
    outcome       text   NOT NULL,
    details       text   NOT NULL, -- JSON as it was hashed: jsonb would rewrite it
    previous_hash text   NOT NULL,
    hash          text   NOT NULL UNIQUE
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
