"""Days on which members checked in, their streaks, and the days that cost nobody a streak."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `points` is what the check-in earned at once. The key decides that a day counts once.
CHECK_IN = """
CREATE TABLE check_in (
  member_id   uuid NOT NULL,
  day         date NOT NULL,
  activity_id uuid NOT NULL,
  points      bigint NOT NULL CONSTRAINT check_in_points_are_a_count CHECK (points >= 0),
  PRIMARY KEY (member_id, day)
);
"""

# Where a streak stood on the evening of its last day. `spared` is how many spared days before that
# were known then: with another number it is followed anew from its days by whoever reads it.
STREAK = """
CREATE TABLE streak (
  member_id uuid PRIMARY KEY,
  last_day  date NOT NULL,
  current   integer NOT NULL,
  longest   integer NOT NULL,
  freezes   integer NOT NULL CONSTRAINT streak_keeps_two_freezes CHECK (freezes BETWEEN 0 AND 2),
  spared    integer NOT NULL,
  CONSTRAINT streak_is_never_longer_than_its_longest CHECK (current BETWEEN 1 AND longest)
) WITH (fillfactor = 80);
"""

# Spared days: of one member, by hand; of everybody, because the platform was down.
SPARED = """
CREATE TABLE streak_repair (
  member_id   uuid NOT NULL,
  day         date NOT NULL,
  actor_id    uuid NOT NULL,
  reason      text NOT NULL,
  repaired_at timestamptz NOT NULL,
  PRIMARY KEY (member_id, day)
);
CREATE TRIGGER streak_repair_is_never_changed BEFORE UPDATE OR DELETE ON streak_repair
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE outage_day (
  day         date PRIMARY KEY,
  reason      text NOT NULL,
  by_hand     boolean NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE TRIGGER outage_day_is_never_changed BEFORE UPDATE OR DELETE ON outage_day
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# When a worker last said that it runs, in real time: what lies between two beats is an outage.
HEARTBEAT = """
CREATE TABLE heartbeat (
  only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT heartbeat_is_the_only CHECK (only_one),
  beat_at  timestamptz NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0008_challenges")]

    operations = [
        ops.RunSQL(CHECK_IN),
        ops.RunSQL(STREAK),
        ops.RunSQL(SPARED),
        ops.RunSQL(HEARTBEAT),
    ]
