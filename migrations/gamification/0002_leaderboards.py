"""Metrics, leaderboards with their seasons, and the standings that ranks are read from."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from domain.boards import Period

METRIC = """
CREATE TABLE metric (
  id         uuid PRIMARY KEY,
  digest     bytea NOT NULL CONSTRAINT metric_is_defined_once UNIQUE
             CONSTRAINT metric_digest_is_16_bytes CHECK (length(digest) = 16),
  definition jsonb NOT NULL
);
"""

BOARD_CHECKS = """
ALTER TABLE leaderboard
  ADD CONSTRAINT leaderboard_counts_a_metric FOREIGN KEY (metric_id) REFERENCES metric (id),
  ADD CONSTRAINT leaderboard_key_is_plain CHECK (key ~ '^[a-z0-9_-]{1,60}$'),
  ADD CONSTRAINT leaderboard_period_is_known
    CHECK (period IN ('ALL_TIME', 'DAY', 'WEEK', 'MONTH', 'SEASON')),
  ADD CONSTRAINT leaderboard_starts_before_it_ends CHECK (starts_at < ends_at),
  ADD CONSTRAINT leaderboard_season_has_dates
    CHECK (period <> 'SEASON' OR (starts_at IS NOT NULL AND ends_at IS NOT NULL));
"""

SEASON = """
CREATE TABLE leaderboard_season (
  leaderboard_id uuid NOT NULL REFERENCES leaderboard (id),
  starts_at      timestamptz NOT NULL,
  ends_at        timestamptz,
  PRIMARY KEY (leaderboard_id, starts_at),
  CONSTRAINT leaderboard_season_starts_before_it_ends CHECK (starts_at < ends_at)
);
"""

# `score` is what is shown and ranked by; -1 marks whoever has a value and no rank. The index is
# all ascending (hence minus the score), so that one row comparison finds a rank or a neighbour.
# `version` rises with every change of a row, so that a late push to Redis cannot undo a newer one.
STANDING = """
CREATE SEQUENCE standing_version;
CREATE TABLE standing (
  member_id        uuid NOT NULL,
  board_id         uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  value            numeric NOT NULL,
  score            bigint NOT NULL GENERATED ALWAYS AS (
                     CASE WHEN value > 0 THEN least(floor(value), 9007199254740991)::bigint
                          ELSE -1 END
                   ) STORED,
  reached_at       timestamptz NOT NULL,
  version          bigint NOT NULL,
  PRIMARY KEY (member_id, board_id, season_starts_at)
);
CREATE INDEX standing_ranking
  ON standing (board_id, season_starts_at, (-score), reached_at, member_id) INCLUDE (score);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0001_ledger")]

    operations = [
        ops.RunSQL(METRIC),
        ops.CreateModel(
            name="Leaderboard",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=60)),
                ("name", fields.TextField(unique=False)),
                ("unit", fields.TextField(unique=False)),
                ("period", fields.CharEnumField(enum_type=Period, max_length=8)),
                ("metric_id", fields.UUIDField()),
                ("starts_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "leaderboard", "app": "gamification", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL(BOARD_CHECKS),
        ops.RunSQL(SEASON),
        ops.RunSQL(STANDING),
    ]
