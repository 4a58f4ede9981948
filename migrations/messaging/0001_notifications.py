"""Notifications: which activities members were told of, and which of these they have read."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# The words are not here: they are made of the activity, in the language of whoever reads. The
# constraint decides that nobody is told of anything twice. Ids are in the order of telling.
NOTIFICATION = """
ALTER TABLE notification
  ADD CONSTRAINT notification_tells_once UNIQUE (member_id, activity_id),
  ADD CONSTRAINT notification_is_read_after_it_is_made CHECK (read_at >= created_at);
CREATE INDEX notification_of_member ON notification (member_id, id);
CREATE INDEX notification_age ON notification USING brin (created_at);
CREATE INDEX notification_unread ON notification (member_id, id) WHERE read_at IS NULL;
"""


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Notification",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("member_id", fields.UUIDField()),
                ("activity_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField()),
                ("read_at", fields.DatetimeField(null=True)),
            ],
            options={"table": "notification", "app": "messaging", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL(NOTIFICATION),
    ]
