-- One row for each subject in each channel where it is shown.
-- state: waiting (not posted yet), posted, absorbed (counted in the group or storm message absorbed_by), gone (its subject no longer exists).
-- It wants work while version is ahead of settled_version: what was delivered, or given up with its error.
CREATE TABLE living_messages (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  subject_kind    TEXT    NOT NULL,
  subject_key     TEXT    NOT NULL,
  channel         TEXT    NOT NULL,           -- as routed: a name without '#', or an id
  target          TEXT,                       -- the id of the Slack channel it goes to; null until resolved
  language        TEXT,
  group_key       TEXT,
  rank            INTEGER NOT NULL,
  is_open         INTEGER NOT NULL,
  state           TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'posted', 'absorbed', 'gone')),
  absorbed_by     INTEGER REFERENCES living_messages (id),
  placed          INTEGER NOT NULL DEFAULT 0, -- 1: has one of the channel's places of this minute, a storm leaves it alone
  version         INTEGER  NOT NULL DEFAULT 1,
  settled_version INTEGER  NOT NULL DEFAULT 0,
  created_at      INTEGER  NOT NULL,
  intent_at       INTEGER,                     -- set before posting, cleared once the outcome is known
  delivery        TEXT,                       -- the token in Slack's message metadata by which it is found again
  ts              TEXT,
  posted_at       INTEGER,
  updated_at      INTEGER  NOT NULL DEFAULT 0,
  content_hash    TEXT,
  next_attempt_at INTEGER  NOT NULL DEFAULT 0,
  error           TEXT,
  UNIQUE (subject_kind, subject_key, channel)
);
CREATE INDEX living_messages_unresolved ON living_messages (channel) WHERE target IS NULL;
CREATE INDEX living_messages_waiting ON living_messages (target, rank, id) WHERE state = 'waiting';
CREATE INDEX living_messages_changed ON living_messages (target, updated_at) WHERE state = 'posted' AND version > settled_version;
CREATE INDEX living_messages_posted ON living_messages (target, posted_at) WHERE posted_at IS NOT NULL;
CREATE INDEX living_messages_arrived ON living_messages (target, created_at);
CREATE INDEX living_messages_members ON living_messages (absorbed_by, is_open, rank) WHERE absorbed_by IS NOT NULL;
CREATE INDEX living_messages_errors ON living_messages (id) WHERE error IS NOT NULL;

-- Lines in the threads, each delivered once, in the order of their ids.
CREATE TABLE thread_replies (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id      INTEGER  NOT NULL REFERENCES living_messages (id) ON DELETE CASCADE,
  reply           TEXT    NOT NULL,
  data            TEXT    NOT NULL,
  state           TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  created_at      INTEGER  NOT NULL,
  intent_at       INTEGER,
  delivery        TEXT,
  ts              TEXT,
  sent_at         INTEGER,
  error           TEXT
);
CREATE INDEX thread_replies_waiting ON thread_replies (message_id, id) WHERE state = 'waiting';
CREATE INDEX thread_replies_finished ON thread_replies (sent_at) WHERE state = 'sent';

-- Group and storm messages: what they gather, and until when. A storm has no group.
CREATE TABLE delivery_bursts (
  message_id     INTEGER PRIMARY KEY REFERENCES living_messages (id) ON DELETE CASCADE,
  target         TEXT    NOT NULL,
  kind           TEXT    NOT NULL CHECK (kind IN ('group', 'storm')),
  member_kind    TEXT    NOT NULL DEFAULT '',
  group_key      TEXT    NOT NULL DEFAULT '',
  last_joined_at INTEGER  NOT NULL,
  closed         INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX delivery_bursts_open ON delivery_bursts (target, kind, member_kind, group_key) WHERE closed = 0;

-- Channels that could not be used and whose messages went to the fallback: noted once.
CREATE TABLE channel_faults (
  channel  TEXT PRIMARY KEY,
  error    TEXT   NOT NULL,
  noted_at INTEGER NOT NULL
);
