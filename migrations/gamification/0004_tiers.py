"""Metrics by day, what tiers are measured by, and the tier that each member holds."""

from tortoise import migrations
from tortoise.migrations import operations as ops

BENEFITS = "ALTER TABLE tier ADD COLUMN benefits jsonb NOT NULL DEFAULT '[]';"

# A metric is kept by day while something reads its days. `filled_to` is the last member whose
# earlier activities have been looked back at, in the order of members; the days count for sure
# once it is complete.
METRIC_DAYS = """
CREATE TABLE metric_keeping (
  metric_id uuid PRIMARY KEY REFERENCES metric (id),
  filled_to uuid,
  complete  boolean NOT NULL DEFAULT false
);
CREATE TABLE metric_day (
  member_id uuid NOT NULL,
  metric_id uuid NOT NULL,
  day       date NOT NULL,
  value     numeric NOT NULL,
  PRIMARY KEY (member_id, metric_id, day)
) WITH (fillfactor = 80);
"""

# One row, once the tiers are measured by anything. `version` rises with every change of what a
# tier asks for; `judged_to` is how far the members have been judged by it, null when all are.
TIER_RULES = """
CREATE TABLE tier_rules (
  id          smallint PRIMARY KEY DEFAULT 1 CONSTRAINT tier_rules_is_one_row CHECK (id = 1),
  metric_id   uuid NOT NULL REFERENCES metric (id),
  definition  jsonb NOT NULL,
  grace_days  integer NOT NULL CONSTRAINT tier_rules_grace_is_a_count CHECK (grace_days >= 0),
  notice_days integer NOT NULL CONSTRAINT tier_rules_notice_is_a_count CHECK (notice_days >= 0),
  version     bigint NOT NULL,
  changed_on  date NOT NULL,
  judged_to   uuid
);
"""

# Whoever never left the base tier has no row. `kept_through` is the last day of the tier if nothing
# more happens, 'infinity' for always; `promised` are tiers kept although the metric no longer says
# so, with their last days. `due_at` is when the job next has something to do with the row.
MEMBER_TIER = """
CREATE TABLE member_tier (
  member_id    uuid PRIMARY KEY,
  tier         text NOT NULL,
  kept_through date NOT NULL,
  promised     jsonb NOT NULL,
  announced    date,
  version      bigint NOT NULL,
  due_at       timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX member_tier_due ON member_tier (due_at) WHERE due_at < '9999-12-31 00:00:00+00';
ALTER TABLE member_state DROP COLUMN tier;
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0003_holds"), ("infra", "0004_activity_of_member")]

    operations = [
        ops.RunSQL(BENEFITS),
        ops.RunSQL(METRIC_DAYS),
        ops.RunSQL(TIER_RULES),
        ops.RunSQL(MEMBER_TIER),
    ]
