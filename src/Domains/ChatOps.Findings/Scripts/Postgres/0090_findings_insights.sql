-- Results of Security Hub insights that somebody sent to a custom action, as they were then.
CREATE TABLE finding_insights (
  id  text   PRIMARY KEY,
  at  bigint NOT NULL,
  doc jsonb  NOT NULL
);
