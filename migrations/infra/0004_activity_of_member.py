"""Finds what a member did, of some types: for recounting, linking, export and erasure."""

from tortoise import migrations
from tortoise.migrations import operations as ops

OF_MEMBER = "CREATE INDEX activity_of_member ON activity (member_id, type);"


class Migration(migrations.Migration):
    dependencies = [("infra", "0003_registered_documents")]

    operations = [ops.RunSQL(OF_MEMBER)]
