-- A decision is told to both generations of Security Hub where both have the finding; fields are UserDefinedFields, as JSON.
ALTER TABLE finding_writes ADD COLUMN generation bigint NOT NULL DEFAULT 1;
ALTER TABLE finding_writes ADD COLUMN fields text;
