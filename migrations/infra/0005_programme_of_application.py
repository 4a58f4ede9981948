"""By which version of the programme an activity was applied: a replay goes by the same one."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Null for what waits, and for what was applied before this was written down.
APPLIED_BY = """
ALTER TABLE activity ADD COLUMN programme_version bigint;
ALTER TABLE activity_application ADD COLUMN programme_version bigint;
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0004_activity_of_member")]

    operations = [ops.RunSQL(APPLIED_BY)]
