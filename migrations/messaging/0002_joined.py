"""Notifications of several activities: the newest is named, and how many there are."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

JOINED = """
ALTER TABLE notification
  ALTER told SET DEFAULT 1,
  ADD CONSTRAINT notification_tells_of_something CHECK (told >= 1),
  ADD CONSTRAINT notification_joins_in_groups CHECK (told = 1 OR group_key IS NOT NULL);
CREATE INDEX notification_joined ON notification (member_id, group_key, created_at)
  WHERE read_at IS NULL AND group_key IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_notifications")]

    operations = [
        ops.AddField("Notification", "group_key", fields.TextField(null=True)),
        ops.AddField("Notification", "told", fields.IntField(default=1)),
        ops.RunSQL(JOINED),
    ]
