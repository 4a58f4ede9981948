"""Who reads the metrics that are kept, so that one is kept until its last reader has gone."""

from tortoise import migrations
from tortoise.migrations import operations as ops

READER = """
CREATE TABLE metric_reader (
  metric_id uuid NOT NULL REFERENCES metric (id),
  reader    text NOT NULL,
  PRIMARY KEY (metric_id, reader)
);
INSERT INTO metric_reader (metric_id, reader) SELECT metric_id, 'tiers' FROM tier_rules;
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0013_credentials")]

    operations = [ops.RunSQL(READER)]
