-- Results of Security Hub insights that somebody sent to a custom action, as they were then.
CREATE TABLE finding_insights (
  id  TEXT    PRIMARY KEY,
  at  INTEGER NOT NULL,
  doc TEXT    NOT NULL
);
