-- Whether everything that AWS counted was listed so far: 0 forbids to mark anything deleted. A run that goes on must know it of its first part.
ALTER TABLE asset_syncs ADD COLUMN whole bigint NOT NULL DEFAULT 1;
