"""Plans of paid membership, members' memberships with their paid periods, and perks they used."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Versions are never changed, only followed by others: a period keeps the one it was paid by.
PLAN = """
CREATE TABLE membership_plan (
  id                uuid PRIMARY KEY,
  key               text NOT NULL,
  version           integer NOT NULL,
  name              text NOT NULL,
  price             numeric NOT NULL
    CONSTRAINT membership_plan_price_is_not_negative CHECK (price >= 0),
  currency          text NOT NULL
    CONSTRAINT membership_plan_currency_is_iso CHECK (currency ~ '^[A-Z]{3}$'),
  period_days       integer NOT NULL
    CONSTRAINT membership_plan_period_is_positive CHECK (period_days > 0),
  trial_days        integer NOT NULL
    CONSTRAINT membership_plan_trial_is_a_count CHECK (trial_days >= 0),
  reminder_days     integer NOT NULL
    CONSTRAINT membership_plan_reminder_is_a_count CHECK (reminder_days >= 0),
  points_multiplier numeric NOT NULL
    CONSTRAINT membership_plan_multiplier_is_positive CHECK (points_multiplier > 0),
  benefits          jsonb NOT NULL,
  created_at        timestamptz NOT NULL,
  CONSTRAINT membership_plan_versions_are_unique UNIQUE (key, version)
);
CREATE TRIGGER membership_plan_is_never_changed BEFORE UPDATE OR DELETE ON membership_plan
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# `ended` only says that the end has been written down: it ends at `perks_until` all the same. The
# index decides that a member has one at a time.
MEMBERSHIP = """
CREATE TABLE membership (
  id           uuid PRIMARY KEY,
  member_id    uuid NOT NULL,
  plan_key     text NOT NULL,
  started_at   timestamptz NOT NULL,
  period       integer NOT NULL,
  trial        boolean NOT NULL,
  paid_until   timestamptz NOT NULL,
  perks_until  timestamptz NOT NULL,
  reminder_at  timestamptz NOT NULL,
  failed_at    timestamptz,
  cancelled_at timestamptz,
  missed       boolean NOT NULL,
  ended        boolean NOT NULL,
  due_at       timestamptz NOT NULL,
  CONSTRAINT membership_lasts CHECK (started_at < paid_until AND started_at < perks_until)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX membership_one_at_a_time ON membership (member_id) WHERE NOT ended;
CREATE INDEX membership_of_member ON membership (member_id, started_at);
CREATE INDEX membership_due ON membership (due_at) WHERE NOT ended;
"""

# A reference pays once, whoever hands it in. A trial's is that of its start.
PERIOD = """
CREATE TABLE membership_period (
  member_id     uuid NOT NULL,
  membership_id uuid NOT NULL,
  number        integer NOT NULL,
  plan_id       uuid NOT NULL REFERENCES membership_plan (id),
  trial         boolean NOT NULL,
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  paid_at       timestamptz NOT NULL,
  payment_ref   text NOT NULL,
  PRIMARY KEY (member_id, membership_id, number),
  CONSTRAINT membership_period_pays_once UNIQUE (payment_ref),
  CONSTRAINT membership_period_lasts CHECK (starts_at < ends_at)
);
CREATE TRIGGER membership_period_is_never_changed BEFORE UPDATE OR DELETE ON membership_period
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# What a perk was worth when it was used; what refunds took back is taken off when it is read.
# `entry_number` is the award that was multiplied, 0 for a benefit.
PERK = """
CREATE TABLE membership_perk (
  member_id     uuid NOT NULL,
  activity_id   uuid NOT NULL,
  entry_number  bigint NOT NULL,
  membership_id uuid NOT NULL,
  key           text NOT NULL,
  worth         numeric NOT NULL CONSTRAINT membership_perk_is_worth_something CHECK (worth >= 0),
  currency      text NOT NULL,
  occurred_at   timestamptz NOT NULL,
  order_ref     text,
  PRIMARY KEY (member_id, activity_id, entry_number)
);
CREATE INDEX membership_perk_of_period ON membership_perk (membership_id, occurred_at);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0006_rewards")]

    operations = [
        ops.RunSQL(PLAN),
        ops.RunSQL(MEMBERSHIP),
        ops.RunSQL(PERIOD),
        ops.RunSQL(PERK),
    ]
