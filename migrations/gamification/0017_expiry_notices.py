"""Up to which day who loses points soon was told so, and when each was told last."""

from tortoise import migrations
from tortoise.migrations import operations as ops

NOTICES = """
CREATE TABLE points_expiry_notice (
  member_id    uuid PRIMARY KEY,
  announced_on date NOT NULL
);
CREATE TABLE points_expiry_round (
  only_one    boolean PRIMARY KEY DEFAULT true
    CONSTRAINT points_expiry_round_is_the_only CHECK (only_one),
  day         date NOT NULL,
  last_member uuid
);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0016_board_measures")]

    operations = [ops.RunSQL(NOTICES)]
