"""Readers of the activity log beside the engine: how far each has come in each partition."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Only what Laurels itself recorded: the firehose of a shop pays nothing for this index.
READERS = """
CREATE TABLE activity_reader (
  reader     text NOT NULL,
  partition  smallint NOT NULL,
  cursor_xid xid8 NOT NULL DEFAULT '0',
  cursor_seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (reader, partition)
);
CREATE INDEX activity_of_laurels ON activity (partition, xid, sequence) WHERE source = 'laurels';
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0006_images")]

    operations = [ops.RunSQL(READERS)]
