-- What an event said is gone: a listing that was captured before that does not bring it back.
ALTER TABLE assets ADD COLUMN gone_at INTEGER;
-- The version of the tags, which EventBridge counts up for each resource: an older event changes nothing.
ALTER TABLE assets ADD COLUMN tags_version INTEGER;
-- What the last run could not know: no-recorder, not-recording, denied.
ALTER TABLE asset_syncs ADD COLUMN notice text;
-- Config's records about resources are none.
DELETE FROM assets WHERE type LIKE 'AWS::%Compliance' OR type LIKE 'AWS::SSM::%Inventory' OR type = 'AWS::SSM::FileData';
DELETE FROM asset_types WHERE type LIKE 'AWS::%Compliance' OR type LIKE 'AWS::SSM::%Inventory' OR type = 'AWS::SSM::FileData';
