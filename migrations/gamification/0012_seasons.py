"""Seasons that close: archives, prizes, ranks of yesterday, leagues, members who are not shown."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# `cut_at`: no season begins before, as after days began to begin elsewhere. `complete` says that
# what happened before the board is counted for every member, `filled_to` for whom it is so far.
BOARD = """
UPDATE leaderboard SET created_at = now();
ALTER TABLE leaderboard
  ALTER COLUMN created_at SET NOT NULL,
  ADD COLUMN complete boolean NOT NULL DEFAULT true,
  ADD COLUMN filled_to uuid,
  ADD CONSTRAINT leaderboard_grace_is_bounded CHECK (grace_hours BETWEEN 0 AND 720);
"""

# Prizes are those that stood when a season ended; what stood is never rewritten.
PRIZES = """
CREATE TABLE leaderboard_prizes (
  leaderboard_id uuid NOT NULL REFERENCES leaderboard (id),
  since          timestamptz NOT NULL,
  prizes         jsonb NOT NULL,
  PRIMARY KEY (leaderboard_id, since)
);
CREATE TRIGGER leaderboard_prizes_are_never_changed BEFORE UPDATE OR DELETE ON leaderboard_prizes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# From `frozen_at` on nothing counts for a season any more. Whoever scores holds a share of the
# season's row, so that it is frozen between two units of work and never inside one.
SEASON = """
ALTER TABLE leaderboard_season
  ADD COLUMN registered_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00',
  ADD COLUMN frozen_at timestamptz;
CREATE INDEX leaderboard_season_to_close ON leaderboard_season (ends_at)
  WHERE frozen_at IS NULL AND ends_at IS NOT NULL;
"""

# How far a closing has come; `archived` and `told` are ranks, `digest` is over what is archived.
# `frozen_order` is the closing's place in the order in which activities are applied.
CLOSING = """
CREATE TABLE season_closing (
  leaderboard_id   uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  frozen_order     bigint NOT NULL,
  prizes           jsonb NOT NULL,
  tells            integer NOT NULL,
  digest           bytea NOT NULL,
  archived         integer NOT NULL DEFAULT 0,
  told             integer NOT NULL DEFAULT 0,
  sealed           boolean NOT NULL DEFAULT false,
  finished         boolean NOT NULL DEFAULT false,
  PRIMARY KEY (leaderboard_id, season_starts_at),
  FOREIGN KEY (leaderboard_id, season_starts_at)
    REFERENCES leaderboard_season (leaderboard_id, starts_at)
);
CREATE INDEX season_closing_under_way ON season_closing (leaderboard_id) WHERE NOT finished;
"""

ARCHIVE = """
CREATE TABLE season_archive (
  leaderboard_id   uuid NOT NULL REFERENCES leaderboard (id),
  season_starts_at timestamptz NOT NULL,
  number           integer NOT NULL,
  size             integer NOT NULL,
  digest           bytea NOT NULL,
  previous         bytea NOT NULL,
  seal             bytea NOT NULL,
  sealed_at        timestamptz NOT NULL,
  PRIMARY KEY (leaderboard_id, season_starts_at),
  CONSTRAINT season_archive_is_numbered UNIQUE (leaderboard_id, number)
);
CREATE TRIGGER season_archive_is_never_changed BEFORE UPDATE OR DELETE ON season_archive
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE season_entry (
  leaderboard_id   uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  rank             integer NOT NULL,
  member_id        uuid NOT NULL,
  score            bigint NOT NULL,
  reached_at       timestamptz NOT NULL,
  PRIMARY KEY (leaderboard_id, season_starts_at, rank),
  CONSTRAINT season_entry_stands_once UNIQUE (member_id, leaderboard_id, season_starts_at)
);
CREATE TRIGGER season_entry_is_never_changed BEFORE UPDATE OR DELETE ON season_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Whoever is hidden has a value and no rank, like whoever has nothing.
HIDDEN = """
CREATE TABLE leaderboard_opt_out (
  member_id uuid PRIMARY KEY,
  since     timestamptz NOT NULL
);
DROP INDEX standing_ranking;
ALTER TABLE standing DROP COLUMN score, ADD COLUMN hidden boolean NOT NULL DEFAULT false;
ALTER TABLE standing ADD COLUMN score bigint NOT NULL GENERATED ALWAYS AS (
  CASE WHEN value > 0 AND NOT hidden THEN least(floor(value), 9007199254740991)::bigint
       ELSE -1 END
) STORED;
CREATE INDEX standing_ranking
  ON standing (board_id, season_starts_at, (-score), reached_at, member_id) INCLUDE (score);
"""

# Ranks as the day found them. A day's rows are read once its ranks are all there.
YESTERDAY = """
CREATE TABLE standing_day (
  board_id         uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  day              date NOT NULL,
  token            uuid NOT NULL,
  begun_at         timestamptz NOT NULL,
  complete         boolean NOT NULL DEFAULT false,
  PRIMARY KEY (board_id, season_starts_at, day)
);
CREATE TABLE standing_day_rank (
  token     uuid NOT NULL,
  member_id uuid NOT NULL,
  rank      integer NOT NULL,
  PRIMARY KEY (token, member_id)
);
"""

# Members wait in the order of `queue` for a cohort; `became` is their division afterwards.
LEAGUE = """
CREATE TABLE league_member (
  member_id uuid NOT NULL,
  board_id  uuid NOT NULL,
  division  smallint NOT NULL CONSTRAINT league_division_is_positive CHECK (division > 0),
  PRIMARY KEY (member_id, board_id)
);
CREATE TABLE league_place (
  member_id        uuid NOT NULL,
  board_id         uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  queue            bigint GENERATED ALWAYS AS IDENTITY,
  division         smallint,
  cohort           integer,
  became           smallint,
  PRIMARY KEY (member_id, board_id, season_starts_at),
  CONSTRAINT league_cohort_is_of_a_division CHECK ((division IS NULL) = (cohort IS NULL))
);
CREATE INDEX league_place_of_cohort
  ON league_place (board_id, season_starts_at, division, cohort) WHERE cohort IS NOT NULL;
CREATE INDEX league_place_waiting
  ON league_place (board_id, season_starts_at, queue) WHERE cohort IS NULL;
CREATE TABLE league_division (
  board_id         uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  division         smallint NOT NULL,
  placed           integer NOT NULL,
  PRIMARY KEY (board_id, season_starts_at, division)
);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0011_badges")]

    operations = [
        ops.AddField("Leaderboard", "created_at", fields.DatetimeField(null=True)),
        ops.AddField("Leaderboard", "grace_hours", fields.IntField(default=24)),
        ops.AddField("Leaderboard", "prizes", fields.JSONField(null=True)),
        ops.AddField("Leaderboard", "cut_at", fields.DatetimeField(null=True)),
        ops.AddField("Leaderboard", "league", fields.JSONField(null=True)),
        ops.RunSQL(BOARD),
        ops.RunSQL(PRIZES),
        ops.RunSQL(SEASON),
        ops.RunSQL(CLOSING),
        ops.RunSQL(ARCHIVE),
        ops.RunSQL(HIDDEN),
        ops.RunSQL(YESTERDAY),
        ops.RunSQL(LEAGUE),
    ]
