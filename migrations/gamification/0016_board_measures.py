"""Boards by different values and by days in a row: what of these each standing has seen."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from domain.metrics import Measure

MEASURE = """
UPDATE leaderboard b SET measure = m.definition->>'measure' FROM metric m WHERE m.id = b.metric_id;
"""

# A cell is a value, or a day in ISO 8601; it counts while its amount is above zero.
CELL = """
CREATE TABLE standing_cell (
  member_id        uuid NOT NULL,
  board_id         uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  cell             text NOT NULL,
  amount           numeric NOT NULL,
  PRIMARY KEY (member_id, board_id, season_starts_at, cell)
) WITH (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0015_points_paid_come_back")]

    operations = [
        ops.AddField(
            "Leaderboard",
            "measure",
            fields.CharEnumField(enum_type=Measure, max_length=8, default=Measure.COUNT),
        ),
        ops.RunSQL(MEASURE),
        ops.RunSQL(CELL),
    ]
