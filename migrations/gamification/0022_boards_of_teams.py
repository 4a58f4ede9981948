"""Boards that rank the teams of a challenge, and when each goal was last counted for."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# `counted_at` is the latest activity that counts for each goal; null where there is none.
TEAMS = """
CREATE INDEX leaderboard_of_teams ON leaderboard (teams_of) WHERE teams_of IS NOT NULL;
ALTER TABLE challenge_participation ADD COLUMN counted_at timestamptz[] NOT NULL DEFAULT '{}';
UPDATE challenge_participation
SET counted_at = array_fill(joined_at, ARRAY[cardinality(progress)]);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0021_contributions")]

    operations = [
        ops.AddField("Leaderboard", "teams_of", fields.UUIDField(null=True)),
        ops.RunSQL(TEAMS),
    ]
