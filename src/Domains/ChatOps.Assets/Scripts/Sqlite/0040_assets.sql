-- The inventory: a row a resource, deleted ones included. search: small letters, a line each of name, ARN, type and tags (key=value;
-- a key's prefix left out too), with a line's end before and after.
CREATE TABLE assets (
  n          INTEGER PRIMARY KEY,
  arn        TEXT    NOT NULL UNIQUE,
  id         TEXT    NOT NULL UNIQUE,
  type       TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  region     TEXT    NOT NULL,
  tags       TEXT    NOT NULL,
  search     TEXT    NOT NULL,
  creator    TEXT,
  created_at INTEGER,
  tags_at    INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX assets_name ON assets (name_key) WHERE deleted_at IS NULL;
CREATE INDEX assets_scope ON assets (account, region, type) WHERE deleted_at IS NULL;
CREATE INDEX assets_type ON assets (type) WHERE deleted_at IS NULL;
CREATE INDEX assets_created ON assets (created_at) WHERE deleted_at IS NULL;

-- Which rows have which three letters. No positions: the row itself is looked at anyway, and the index is a third of the size.
CREATE VIRTUAL TABLE assets_fts USING fts5 (search, content = 'assets', content_rowid = 'n', tokenize = 'trigram', detail = 'none', columnsize = 0);
CREATE TRIGGER assets_fts_insert AFTER INSERT ON assets BEGIN
  INSERT INTO assets_fts (rowid, search) VALUES (new.n, new.search);
END;
CREATE TRIGGER assets_fts_update AFTER UPDATE OF search ON assets WHEN old.search <> new.search BEGIN
  INSERT INTO assets_fts (assets_fts, rowid, search) VALUES ('delete', old.n, old.search);
  INSERT INTO assets_fts (rowid, search) VALUES (new.n, new.search);
END;
CREATE TRIGGER assets_fts_delete AFTER DELETE ON assets BEGIN
  INSERT INTO assets_fts (assets_fts, rowid, search) VALUES ('delete', old.n, old.search);
END;

-- Every type ever seen: what type: may mean.
CREATE TABLE asset_types (
  type TEXT PRIMARY KEY
);

CREATE TABLE asset_groups (
  arn         TEXT    PRIMARY KEY,
  name        TEXT    NOT NULL,
  account     TEXT    NOT NULL,
  region      TEXT    NOT NULL,
  description TEXT    NOT NULL,
  seen_at     INTEGER NOT NULL
);
CREATE INDEX asset_groups_name ON asset_groups (lower(name));

CREATE TABLE asset_group_members (
  group_arn TEXT    NOT NULL REFERENCES asset_groups (arn) ON DELETE CASCADE,
  asset_arn TEXT    NOT NULL,
  seen_at   INTEGER NOT NULL,
  PRIMARY KEY (group_arn, asset_arn)
);
CREATE INDEX asset_group_members_asset ON asset_group_members (asset_arn);

-- One row for each account and region. A run that was interrupted keeps started_at and the types it has done, and goes on there.
-- lease_until: somebody works on it until then.
CREATE TABLE asset_syncs (
  account      TEXT    NOT NULL,
  region       TEXT    NOT NULL,
  started_at   INTEGER,
  phase        TEXT    NOT NULL DEFAULT '',
  expected     INTEGER NOT NULL DEFAULT 0,
  seen         INTEGER NOT NULL DEFAULT 0,
  done_types   TEXT    NOT NULL DEFAULT '[]',
  lease_until  INTEGER NOT NULL DEFAULT 0,
  succeeded_at INTEGER,
  deleted      INTEGER NOT NULL DEFAULT 0,
  failed_at    INTEGER,
  error        TEXT,
  PRIMARY KEY (account, region)
);

-- Searches that buttons refer to, by a short id.
CREATE TABLE asset_searches (
  id   TEXT    PRIMARY KEY,
  text TEXT    NOT NULL,
  at   INTEGER NOT NULL
);
CREATE INDEX asset_searches_at ON asset_searches (at);
