-- Results of Security Hub insights that somebody sent to a custom action, as they were then.
CREATE TABLE finding_insights (
  id  text   PRIMARY KEY,
  at  integer NOT NULL,
  doc text  NOT NULL
);
