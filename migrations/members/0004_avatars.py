"""The picture that a member shows of themselves."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

AVATAR = """
CREATE UNIQUE INDEX member_avatar ON member (avatar_image_id) WHERE avatar_image_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0003_suspensions")]

    operations = [
        ops.AddField(
            model_name="Member", name="avatar_image_id", field=fields.UUIDField(null=True)
        ),
        ops.RunSQL(AVATAR),
    ]
