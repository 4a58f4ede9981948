"""What members' posts brought them, so that it can be held, taken back and given back."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `subject` is the public id of a post; `parts` what it earned and counted, by type of activity.
CONTRIBUTION = """
CREATE TABLE contribution (
  member_id uuid NOT NULL,
  subject   text NOT NULL,
  standing  text NOT NULL,
  parts     jsonb NOT NULL,
  PRIMARY KEY (member_id, subject),
  CONSTRAINT contribution_standing_is_known CHECK (standing IN ('HELD', 'SHOWN', 'GONE'))
) WITH (fillfactor = 90);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0020_season_signatures")]

    operations = [ops.RunSQL(CONTRIBUTION)]
