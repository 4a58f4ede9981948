"""Challenges in versions, who takes part and how far they are, teams, and joint progress."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# What all versions share. `community` is everyone's joint progress, a number a goal, as far as it
# has been added up; `reached_at` is when that reached all targets. The conditions of statements on
# this row decide about capacity and about being reached, each once.
CHALLENGE = """
CREATE TABLE challenge (
  id           uuid PRIMARY KEY,
  key          text NOT NULL CONSTRAINT challenge_key_is_unique UNIQUE,
  capacity     integer CONSTRAINT challenge_capacity_is_positive CHECK (capacity > 0),
  participants integer NOT NULL DEFAULT 0
    CONSTRAINT challenge_participants_is_a_count CHECK (participants >= 0),
  completed    integer NOT NULL DEFAULT 0
    CONSTRAINT challenge_completed_is_a_count CHECK (completed >= 0),
  community    numeric[] NOT NULL DEFAULT '{}',
  milestones   smallint NOT NULL DEFAULT 0,
  reached_at   timestamptz,
  closed       boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);
"""

# Versions are never changed, only followed by others: a reward says which one promised it.
VERSION = """
CREATE TABLE challenge_version (
  id               uuid PRIMARY KEY,
  challenge_id     uuid NOT NULL REFERENCES challenge (id),
  version          integer NOT NULL,
  name             text NOT NULL,
  description      text NOT NULL,
  mode             text NOT NULL CONSTRAINT challenge_mode_is_known
    CHECK (mode IN ('SOLO', 'TEAM', 'COMMUNITY')),
  starts_at        timestamptz NOT NULL,
  ends_at          timestamptz NOT NULL,
  late_hours       integer NOT NULL
    CONSTRAINT challenge_late_hours_is_a_count CHECK (late_hours >= 0),
  goals            jsonb NOT NULL,
  milestones       jsonb NOT NULL,
  reward           jsonb NOT NULL,
  team_size        integer CONSTRAINT challenge_team_size_is_positive CHECK (team_size > 0),
  condition        text,
  count_from_start boolean NOT NULL,
  leaderboard_key  text,
  cover_id         uuid,
  created_at       timestamptz NOT NULL,
  CONSTRAINT challenge_versions_are_unique UNIQUE (challenge_id, version),
  CONSTRAINT challenge_lasts CHECK (starts_at < ends_at),
  CONSTRAINT challenge_team_has_a_size CHECK ((mode = 'TEAM') = (team_size IS NOT NULL))
);
CREATE TRIGGER challenge_version_is_never_changed BEFORE UPDATE OR DELETE ON challenge_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# `size` counts the members who have not left; nobody finds a team without any. `decided` is set
# with the end's first result: whatever comes later changes nothing for anybody of the team.
TEAM = """
CREATE TABLE challenge_team (
  id           uuid PRIMARY KEY,
  challenge_id uuid NOT NULL REFERENCES challenge (id),
  name         text NOT NULL,
  captain_id   uuid NOT NULL,
  invite_code  text NOT NULL CONSTRAINT challenge_team_code_is_unique UNIQUE,
  size         integer NOT NULL CONSTRAINT challenge_team_size_is_a_count CHECK (size >= 0),
  milestones   smallint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  reached_at   timestamptz,
  decided      boolean NOT NULL DEFAULT false
) WITH (fillfactor = 80);
"""

# What occurred from `counts_from` on and before `counts_until` counts; that is null to the end of
# the challenge. `progress` is a number a goal; `milestones` how many have been told.
PARTICIPATION = """
CREATE TABLE challenge_participation (
  member_id    uuid NOT NULL,
  id           uuid NOT NULL,
  challenge_id uuid NOT NULL REFERENCES challenge (id),
  team_id      uuid REFERENCES challenge_team (id),
  state        text NOT NULL CONSTRAINT challenge_participation_state_is_known
    CHECK (state IN ('JOINED', 'COMPLETED', 'FAILED', 'LEFT')),
  joined_at    timestamptz NOT NULL,
  counts_from  timestamptz NOT NULL,
  counts_until timestamptz,
  completed_at timestamptz,
  ended        boolean NOT NULL DEFAULT false,
  milestones   smallint NOT NULL DEFAULT 0,
  progress     numeric[] NOT NULL,
  PRIMARY KEY (member_id, id),
  CONSTRAINT challenge_completed_has_its_time
    CHECK ((state = 'COMPLETED') = (completed_at IS NOT NULL)),
  CONSTRAINT challenge_left_has_its_time CHECK ((state = 'LEFT') = (counts_until IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX challenge_participation_id ON challenge_participation (id);
CREATE UNIQUE INDEX challenge_is_joined_once ON challenge_participation (member_id, challenge_id)
  WHERE state <> 'LEFT';
CREATE INDEX challenge_participation_without_result
  ON challenge_participation (challenge_id, member_id) WHERE NOT ended AND state <> 'LEFT';
CREATE INDEX challenge_participation_in_progress
  ON challenge_participation (challenge_id, milestones) WHERE state = 'JOINED';
CREATE INDEX challenge_participation_of_team ON challenge_participation (team_id)
  WHERE team_id IS NOT NULL;
"""

# What goals that count different values, or days in a row, have seen: a row a value or day.
SEEN = """
CREATE TABLE challenge_seen (
  member_id        uuid NOT NULL,
  participation_id uuid NOT NULL,
  goal             smallint NOT NULL,
  cell             text NOT NULL,
  amount           numeric NOT NULL,
  PRIMARY KEY (member_id, participation_id, goal, cell)
) WITH (fillfactor = 80);
"""

# What transactions add to the sums of a challenge, each a row of its own, so that they need not
# wait for each other at the challenge's. A job adds them up.
ADDITION = """
CREATE TABLE challenge_addition (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  challenge_id uuid NOT NULL,
  completed    integer NOT NULL,
  community    numeric[] NOT NULL
);
CREATE INDEX challenge_addition_of_challenge ON challenge_addition (challenge_id, id);
"""

COUPONS = """
ALTER TABLE coupon DROP CONSTRAINT coupon_source_is_known,
  ADD CONSTRAINT coupon_source_is_known CHECK (source IN ('RULE', 'REWARD', 'STAFF', 'BUNDLE'));
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0007_memberships")]

    operations = [
        ops.RunSQL(CHALLENGE),
        ops.RunSQL(VERSION),
        ops.RunSQL(TEAM),
        ops.RunSQL(PARTICIPATION),
        ops.RunSQL(SEEN),
        ops.RunSQL(ADDITION),
        ops.RunSQL(COUPONS),
    ]
