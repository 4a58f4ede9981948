"""A season of a league keeps the rules with which its first cohort was made."""

from tortoise import migrations
from tortoise.migrations import operations as ops

RULES = """
ALTER TABLE league_division ADD COLUMN league jsonb;
UPDATE league_division d SET league = b.league FROM leaderboard b WHERE b.id = d.board_id;
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0022_boards_of_teams")]

    operations = [ops.RunSQL(RULES)]
