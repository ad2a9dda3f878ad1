CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The inventory: a row a resource, deleted ones included. search: small letters, a line each of name, ARN, type and tags (key=value),
-- with a line's end before and after. facets: the tags in small letters, {"k": [keys], "t": {key: value}}, a key's prefix left out too.
-- Room in the pages lets a sync that finds nothing new write in place, without touching an index.
CREATE TABLE assets (
  n          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  arn        text    NOT NULL UNIQUE,
  id         text    NOT NULL UNIQUE,
  type       text    NOT NULL,
  name       text    NOT NULL,
  name_key   text    NOT NULL,
  account    text    NOT NULL,
  region     text    NOT NULL,
  tags       jsonb   NOT NULL,
  facets     jsonb   NOT NULL,
  search     text    NOT NULL,
  creator    text,
  created_at bigint,
  tags_at    bigint  NOT NULL,
  seen_at    bigint  NOT NULL,
  deleted_at bigint
) WITH (fillfactor = 85);
CREATE INDEX assets_search ON assets USING gin (search gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX assets_facets ON assets USING gin (facets jsonb_path_ops) WHERE deleted_at IS NULL;
CREATE INDEX assets_name ON assets (name_key text_pattern_ops) WHERE deleted_at IS NULL;
CREATE INDEX assets_scope ON assets (account, region, type) WHERE deleted_at IS NULL;
CREATE INDEX assets_type ON assets (type) WHERE deleted_at IS NULL;
CREATE INDEX assets_created ON assets (created_at) WHERE deleted_at IS NULL;

-- Every type ever seen: what type: may mean.
CREATE TABLE asset_types (
  type text PRIMARY KEY
);

CREATE TABLE asset_groups (
  arn         text   PRIMARY KEY,
  name        text   NOT NULL,
  account     text   NOT NULL,
  region      text   NOT NULL,
  description text   NOT NULL,
  seen_at     bigint NOT NULL
);
CREATE INDEX asset_groups_name ON asset_groups (lower(name));

CREATE TABLE asset_group_members (
  group_arn text   NOT NULL REFERENCES asset_groups (arn) ON DELETE CASCADE,
  asset_arn text   NOT NULL,
  seen_at   bigint NOT NULL,
  PRIMARY KEY (group_arn, asset_arn)
);
CREATE INDEX asset_group_members_asset ON asset_group_members (asset_arn);

-- One row for each account and region. A run that was interrupted keeps started_at and the types it has done, and goes on there.
-- lease_until: somebody works on it until then.
CREATE TABLE asset_syncs (
  account      text    NOT NULL,
  region       text    NOT NULL,
  started_at   bigint,
  phase        text    NOT NULL DEFAULT '',
  expected     bigint  NOT NULL DEFAULT 0,
  seen         bigint  NOT NULL DEFAULT 0,
  done_types   text    NOT NULL DEFAULT '[]',
  lease_until  bigint  NOT NULL DEFAULT 0,
  succeeded_at bigint,
  deleted      bigint  NOT NULL DEFAULT 0,
  failed_at    bigint,
  error        text,
  PRIMARY KEY (account, region)
);

-- Searches that buttons refer to, by a short id.
CREATE TABLE asset_searches (
  id   text   PRIMARY KEY,
  text text   NOT NULL,
  at   bigint NOT NULL
);
CREATE INDEX asset_searches_at ON asset_searches (at);
