-- The further resources of findings that have several; the first is in findings.resource.
CREATE TABLE finding_resources (
  finding_id text NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  resource   text NOT NULL,
  PRIMARY KEY (finding_id, resource)
);
CREATE INDEX finding_resources_of ON finding_resources (resource, finding_id);
INSERT INTO finding_resources (finding_id, resource)
SELECT f.id, r.value ->> 'arn' FROM findings AS f, json_each(f.doc, '$.resources') AS r
WHERE r.value ->> 'arn' IS NOT NULL AND r.value ->> 'arn' <> f.resource
ON CONFLICT DO NOTHING;
