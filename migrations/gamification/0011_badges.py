"""Badges with their versions, what members were awarded, and the items that metrics count."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# What a DISTINCT metric counts: how often each item came on a day. An item is there while its sum
# over the days of a window is positive.
METRIC_ITEM = """
CREATE TABLE metric_item (
  member_id uuid NOT NULL,
  metric_id uuid NOT NULL,
  day       date NOT NULL,
  item      text NOT NULL,
  value     numeric NOT NULL,
  PRIMARY KEY (member_id, metric_id, day, item)
) WITH (fillfactor = 80);
"""

# Names, texts and pictures change in place. What it takes to earn the badge is versioned:
# `changed_on` is the day of the newest version, `judged_to` how far the members have been judged
# by it, null when all are.
BADGE = """
CREATE TABLE badge (
  id          uuid PRIMARY KEY,
  key         text NOT NULL CONSTRAINT badge_keys_are_unique UNIQUE,
  name        text NOT NULL,
  description text NOT NULL,
  image_id    uuid,
  version     integer NOT NULL,
  changed_on  date NOT NULL,
  judged_to   uuid,
  created_at  timestamptz NOT NULL
);
CREATE TABLE badge_version (
  id         uuid PRIMARY KEY,
  badge_id   uuid NOT NULL REFERENCES badge (id),
  version    integer NOT NULL,
  metric_id  uuid NOT NULL REFERENCES metric (id),
  definition jsonb NOT NULL,
  thresholds bigint[] NOT NULL
    CONSTRAINT badge_version_has_levels CHECK (cardinality(thresholds) > 0),
  revocable  boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT badge_versions_are_unique UNIQUE (badge_id, version)
);
CREATE TRIGGER badge_version_is_never_changed BEFORE UPDATE OR DELETE ON badge_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# One award per member and badge. Level 0 is one that was taken back, since `revoked_at`. `version`
# is that of the badge by which the level was judged, `floor` a level kept whatever the metric says
# (granted, or earned by an earlier version). `kept_through` is the last day of the level if nothing
# more happens, 'infinity' for always. `activity_id` is what brought the level, where one did.
AWARD = """
CREATE TABLE badge_award (
  member_id    uuid NOT NULL,
  badge_id     uuid NOT NULL,
  id           uuid NOT NULL CONSTRAINT badge_award_ids_are_unique UNIQUE,
  level        integer NOT NULL CONSTRAINT badge_award_level_is_a_count CHECK (level >= 0),
  floor        integer NOT NULL,
  version      integer NOT NULL,
  kept_through date NOT NULL,
  awarded_at   timestamptz NOT NULL,
  activity_id  uuid,
  revoked_at   timestamptz,
  PRIMARY KEY (member_id, badge_id),
  CONSTRAINT badge_award_floor_is_held CHECK (floor BETWEEN 0 AND level),
  CONSTRAINT badge_award_is_held_or_revoked CHECK ((level = 0) = (revoked_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX badge_award_ends ON badge_award (kept_through)
  WHERE level > 0 AND kept_through < 'infinity';
"""

# A badge that was given, and by what; given again by the same thing, it changes nothing.
GRANT = """
CREATE TABLE badge_grant (
  member_id  uuid NOT NULL,
  badge_id   uuid NOT NULL,
  origin     text NOT NULL,
  origin_id  text NOT NULL,
  level      integer NOT NULL CONSTRAINT badge_grant_is_of_a_level CHECK (level > 0),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (member_id, badge_id, origin, origin_id)
);
"""

# How many hold a badge, by log partition of the member: consumers of different partitions do not
# wait for each other.
HOLDERS = """
CREATE TABLE badge_holders (
  badge_id  uuid NOT NULL,
  partition smallint NOT NULL,
  holders   bigint NOT NULL,
  PRIMARY KEY (badge_id, partition)
) WITH (fillfactor = 50);
"""

REMEMBERED = """
CREATE CONSTRAINT TRIGGER badge_is_remembered
  AFTER INSERT OR UPDATE OF name, description, image_id, version, changed_on OR DELETE ON badge
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remember_programme('id');
CREATE CONSTRAINT TRIGGER badge_version_is_remembered AFTER INSERT ON badge_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remember_programme('id');
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0010_programme_history")]

    operations = [
        ops.RunSQL(METRIC_ITEM),
        ops.RunSQL(BADGE),
        ops.RunSQL(AWARD),
        ops.RunSQL(GRANT),
        ops.RunSQL(HOLDERS),
        ops.RunSQL(REMEMBERED),
    ]
