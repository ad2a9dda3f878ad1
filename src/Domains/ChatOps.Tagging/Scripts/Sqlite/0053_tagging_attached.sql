-- What came with another resource (an instance's volumes and network interfaces) gets that one's tags: its creation. With no ARN it is a look yet to be taken.
ALTER TABLE tagging_creation ADD COLUMN parent text;

-- Whether there is no doubt that the Slack user is the creator: then they may complete the policy's tags without a role.
ALTER TABLE tagging_notice ADD COLUMN certain integer NOT NULL DEFAULT 0;
