"""Rewards whose points found no room in an account."""

from tortoise import migrations
from tortoise.migrations import operations as ops

UNPAID = """
CREATE TABLE bundle_unpaid (
  activity_id uuid PRIMARY KEY,
  member_id   uuid NOT NULL,
  key         text NOT NULL,
  points      bigint NOT NULL CONSTRAINT bundle_unpaid_is_something CHECK (points > 0),
  noted_at    timestamptz NOT NULL
);
CREATE INDEX bundle_unpaid_of_key ON bundle_unpaid (key);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0024_revocable_challenges")]

    operations = [ops.RunSQL(UNPAID)]
