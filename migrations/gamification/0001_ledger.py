"""The programme and its rules, each member's engine state, the ledger, and the orders it reads."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# Settings of the whole programme: one row, whose version rises with every change of any reading.
PROGRAMME = """
ALTER TABLE programme
  ADD CONSTRAINT programme_is_one_row CHECK (id = 1),
  ADD CONSTRAINT programme_currency_is_iso CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT programme_point_worth_is_positive CHECK (point_worth > 0),
  ADD
    CONSTRAINT programme_debt_policy_is_known
      CHECK (debt_policy IN ('LIMIT_TO_AVAILABLE', 'ALLOW_DEBT')),
  ADD CONSTRAINT programme_new_author_reviews_is_a_count CHECK (new_author_reviews >= 0);
INSERT INTO programme (id, version, name, time_zone, currency, point_worth,
  debt_policy, new_author_reviews)
VALUES (1, 1, 'Laurels', 'Asia/Shanghai', 'CNY', 0.01, 'LIMIT_TO_AVAILABLE', 3);
"""

TIER = """
ALTER TABLE tier
  ADD CONSTRAINT tier_level_is_a_count CHECK (level >= 0),
  ADD CONSTRAINT tier_threshold_is_a_count CHECK (threshold >= 0),
  ADD CONSTRAINT tier_multiplier_is_positive CHECK (points_multiplier > 0),
  ADD CONSTRAINT tier_base_has_no_threshold CHECK (level > 0 OR threshold = 0);
INSERT INTO tier (id, key, name, level, threshold, points_multiplier)
VALUES (uuidv7(), 'member', '会员', 0, 0, 1);
"""

# Every version of a rule stays: what was earned names the version that gave it.
EARN_RULE = """
ALTER TABLE earn_rule
  ADD CONSTRAINT earn_rule_version_is_unique UNIQUE (key, version),
  ADD CONSTRAINT earn_rule_state_is_known CHECK (state IN ('DRAFT', 'LIVE', 'PAUSED', 'ARCHIVED')),
  ADD CONSTRAINT earn_rule_terms_are_counts CHECK (
    version > 0 AND pending_days >= 0 AND coalesce(expires_after_days, 1) > 0
    AND coalesce(cap_per_member_per_day, 1) > 0 AND coalesce(budget, 1) > 0),
  ADD CONSTRAINT earn_rule_schedule_is_forward CHECK (starts_at < ends_at);
CREATE TABLE earn_rule_spent (
  key   text PRIMARY KEY,
  spent bigint NOT NULL CONSTRAINT earn_rule_spent_is_a_count CHECK (spent >= 0)
);
CREATE TABLE earn_rule_day (
  member_id uuid NOT NULL,
  key       text NOT NULL,
  day       date NOT NULL,
  points    bigint NOT NULL CONSTRAINT earn_rule_day_is_a_count CHECK (points >= 0),
  PRIMARY KEY (member_id, key, day)
);
CREATE TABLE reading_failure (
  reading_id       uuid NOT NULL,
  reason           text NOT NULL,
  failures         bigint NOT NULL,
  last_activity_id uuid NOT NULL,
  last_at          timestamptz NOT NULL,
  PRIMARY KEY (reading_id, reason)
);
"""

# One row a member: the row that every writer of the member's points locks, in member_id order.
MEMBER_STATE = """
CREATE TABLE member_state (
  member_id       uuid PRIMARY KEY REFERENCES member (id),
  tier            text NOT NULL DEFAULT 'member',
  order_count     integer NOT NULL DEFAULT 0
    CONSTRAINT member_state_order_count_is_a_count CHECK (order_count >= 0),
  available       bigint NOT NULL DEFAULT 0,
  pending         bigint NOT NULL DEFAULT 0
    CONSTRAINT member_state_pending_is_a_count CHECK (pending >= 0),
  held            bigint NOT NULL DEFAULT 0
    CONSTRAINT member_state_held_is_a_count CHECK (held >= 0),
  lifetime_earned bigint NOT NULL DEFAULT 0
    CONSTRAINT member_state_lifetime_is_a_count CHECK (lifetime_earned >= 0),
  last_entry      bigint NOT NULL DEFAULT 0,
  next_due        timestamptz NOT NULL DEFAULT '9999-12-31 00:00:00+00'
) WITH (fillfactor = 80);
CREATE INDEX member_state_due ON member_state (next_due) WHERE next_due < '9999-12-31 00:00:00+00';
"""

# One row a movement, its legs side by side: the database itself refuses legs that do not balance.
LEDGER = """
CREATE TABLE points_entry (
  member_id       uuid NOT NULL,
  number          bigint NOT NULL CONSTRAINT points_entry_number_is_a_count CHECK (number > 0),
  kind            text NOT NULL CONSTRAINT points_entry_kind_is_known CHECK (kind IN (
                    'EARN', 'CONFIRM', 'REDEEM', 'REFUND', 'CLAWBACK', 'EXPIRE', 'ADJUST', 'HOLD',
                    'RELEASE')),
  available       bigint NOT NULL,
  pending         bigint NOT NULL,
  held            bigint NOT NULL,
  programme       bigint NOT NULL,
  available_after bigint NOT NULL,
  created_at      timestamptz NOT NULL,
  confirms_at     timestamptz,
  expires_at      timestamptz,
  activity_id     uuid,
  rule_id         uuid,
  order_ref       text,
  actor_id        uuid,
  reason          text,
  steps           jsonb NOT NULL,
  lots            jsonb NOT NULL,
  PRIMARY KEY (member_id, number),
  CONSTRAINT points_entry_balances CHECK (available + pending + held + programme = 0),
  CONSTRAINT points_entry_moves CHECK (available <> 0 OR pending <> 0 OR held <> 0)
);
CREATE TRIGGER points_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON points_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW ledger_posting AS
  SELECT e.member_id, e.number, e.created_at, p.account, p.amount
  FROM points_entry e
  CROSS JOIN LATERAL (VALUES
    ('member:available', e.available), ('member:pending', e.pending), ('member:held', e.held),
    ('programme:' || CASE e.kind
      WHEN 'EARN' THEN 'issued' WHEN 'CLAWBACK' THEN 'issued' WHEN 'EXPIRE' THEN 'expired'
      WHEN 'ADJUST' THEN 'adjusted' ELSE 'redeemed' END, e.programme)) p (account, amount)
  WHERE p.amount <> 0;

CREATE TABLE points_lot (
  member_id  uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  remaining  bigint NOT NULL CONSTRAINT points_lot_remaining_is_a_count CHECK (remaining >= 0),
  PRIMARY KEY (member_id, expires_at)
) WITH (fillfactor = 80);

CREATE TABLE points_award (
  member_id    uuid NOT NULL,
  entry_number bigint NOT NULL,
  points       bigint NOT NULL CONSTRAINT points_award_is_positive CHECK (points > 0),
  taken_back   bigint NOT NULL
    CONSTRAINT points_award_takes_back_no_more CHECK (taken_back BETWEEN 0 AND points),
  expires_at   timestamptz NOT NULL,
  confirms_at  timestamptz,
  confirmed    boolean NOT NULL,
  order_ref    text,
  rule_id      uuid,
  activity_id  uuid,
  PRIMARY KEY (member_id, entry_number)
) WITH (fillfactor = 90);
CREATE INDEX points_award_of_order
  ON points_award (member_id, order_ref) WHERE order_ref IS NOT NULL;
CREATE INDEX points_award_open ON points_award (member_id) WHERE NOT confirmed;
"""

ORDERS = """
CREATE TABLE shop_order (
  member_id   uuid NOT NULL,
  ref         text NOT NULL,
  total       numeric NOT NULL CONSTRAINT shop_order_total_is_not_negative CHECK (total >= 0),
  currency    text,
  paid_at     timestamptz NOT NULL,
  activity_id uuid NOT NULL,
  refunded    numeric NOT NULL,
  closed      boolean NOT NULL,
  refunds     jsonb NOT NULL,
  counted     jsonb NOT NULL,
  PRIMARY KEY (member_id, ref),
  CONSTRAINT shop_order_refunds_no_more CHECK (refunded BETWEEN 0 AND total)
) WITH (fillfactor = 90);
"""


def _text(length: int, **more: bool) -> fields.CharField:
    return fields.CharField(max_length=length, **more)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("infra", "0001_foundation"), ("members", "0001_identity")]

    operations = [
        ops.CreateModel(
            name="ProgrammeSettings",
            fields=[
                ("id", fields.SmallIntField(primary_key=True, generated=False)),
                ("version", fields.BigIntField()),
                ("name", fields.TextField()),
                ("time_zone", _text(64)),
                ("currency", _text(3)),
                ("point_worth", fields.DecimalField(max_digits=20, decimal_places=6)),
                ("debt_policy", _text(20)),
                ("new_author_reviews", fields.IntField()),
            ],
            options={"table": "programme", "app": "gamification", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL(PROGRAMME),
        ops.CreateModel(
            name="Tier",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("key", _text(60, unique=True)),
                ("name", fields.TextField()),
                ("level", fields.IntField(unique=True)),
                ("threshold", fields.BigIntField()),
                ("points_multiplier", fields.DecimalField(max_digits=10, decimal_places=4)),
            ],
            options={"table": "tier", "app": "gamification", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL(TIER),
        ops.CreateModel(
            name="EarnRule",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("key", _text(60)),
                ("version", fields.IntField()),
                ("name", fields.TextField()),
                ("state", _text(10)),
                ("trigger", _text(200)),
                ("condition", fields.TextField(null=True)),
                ("points", fields.TextField()),
                ("tier_multiplied", fields.BooleanField()),
                ("pending_days", fields.IntField()),
                ("expires_after_days", fields.IntField(null=True)),
                ("cap_per_member_per_day", fields.BigIntField(null=True)),
                ("budget", fields.BigIntField(null=True)),
                ("starts_at", fields.DatetimeField(null=True)),
                ("ends_at", fields.DatetimeField(null=True)),
                ("created_at", fields.DatetimeField()),
            ],
            options={"table": "earn_rule", "app": "gamification", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL(EARN_RULE),
        ops.RunSQL(MEMBER_STATE),
        ops.RunSQL(LEDGER),
        ops.RunSQL(ORDERS),
    ]
