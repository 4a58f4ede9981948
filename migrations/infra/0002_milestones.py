"""What a deployment goes through once in its life, such as the loading of the demo shop."""

from tortoise import migrations
from tortoise.migrations import operations as ops

MILESTONE = """
CREATE TABLE milestone (
  name       text PRIMARY KEY,
  reached_at timestamptz NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0001_foundation")]

    operations = [ops.RunSQL(MILESTONE)]
