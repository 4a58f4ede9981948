"""Rewards, their stock, and what members redeemed."""

from tortoise import migrations
from tortoise.migrations import operations as ops

REWARD = """
CREATE TABLE reward (
  id               uuid PRIMARY KEY,
  key              text NOT NULL CONSTRAINT reward_key_is_unique UNIQUE
    CONSTRAINT reward_key_is_plain CHECK (key ~ '^[a-z0-9_.-]{1,60}$'),
  name             text NOT NULL,
  description      text NOT NULL,
  kind             text NOT NULL CONSTRAINT reward_kind_is_known
    CHECK (kind IN ('COUPON', 'GIFT', 'BADGE', 'PRIVILEGE')),
  cost             bigint NOT NULL
    CONSTRAINT reward_cost_is_not_negative CHECK (cost BETWEEN 0 AND 9007199254740991),
  per_member_limit integer
    CONSTRAINT reward_limit_is_positive CHECK (per_member_limit > 0),
  minimum_tier     text CONSTRAINT reward_asks_for_a_tier REFERENCES tier (key),
  starts_at        timestamptz,
  ends_at          timestamptz,
  coupon_key       text,
  badge_key        text,
  CONSTRAINT reward_starts_before_it_ends CHECK (starts_at < ends_at),
  CONSTRAINT reward_coupon_has_a_template CHECK ((kind = 'COUPON') = (coupon_key IS NOT NULL)),
  CONSTRAINT reward_badge_names_a_badge CHECK ((kind = 'BADGE') = (badge_key IS NOT NULL))
);
"""

# Apart from the reward, because everybody who redeems it changes this row. `offered` is all that
# was ever put on sale (null: any number), `taken` counts the redemptions that stand. The condition
# decides, whatever the code believes.
STOCK = """
CREATE TABLE reward_stock (
  reward_id uuid PRIMARY KEY REFERENCES reward (id),
  offered   bigint,
  taken     bigint NOT NULL DEFAULT 0
    CONSTRAINT reward_stock_taken_is_not_negative CHECK (taken >= 0),
  fulfilled bigint NOT NULL DEFAULT 0
    CONSTRAINT reward_stock_fulfilled_were_taken CHECK (fulfilled BETWEEN 0 AND taken),
  cancelled bigint NOT NULL DEFAULT 0
    CONSTRAINT reward_stock_cancelled_is_not_negative CHECK (cancelled >= 0),
  CONSTRAINT reward_stock_is_never_oversold CHECK (taken <= offered)
) WITH (fillfactor = 50);
"""

# `cost` is what was paid then, `member_limit` how many a member could have then; `entry_number` is
# the member's REDEEM entry, null where it was free.
REDEMPTION = """
CREATE TABLE redemption (
  id           uuid PRIMARY KEY,
  member_id    uuid NOT NULL,
  reward_id    uuid NOT NULL,
  cost         bigint NOT NULL,
  entry_number bigint,
  coupon_id    uuid,
  member_limit integer,
  created_at   timestamptz NOT NULL,
  state        text NOT NULL CONSTRAINT redemption_state_is_known
    CHECK (state IN ('CONFIRMED', 'FULFILLED', 'CANCELLED')),
  ended_at     timestamptz,
  ended_by     uuid,
  CONSTRAINT redemption_was_paid CHECK ((cost > 0) = (entry_number IS NOT NULL)),
  CONSTRAINT redemption_end_says_when_and_by_whom CHECK (
    (state = 'CONFIRMED') = (ended_at IS NULL) AND (state = 'CONFIRMED') = (ended_by IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX redemption_of_member ON redemption (member_id, id);
CREATE INDEX redemption_counted ON redemption (member_id, reward_id) WHERE state <> 'CANCELLED';
CREATE INDEX redemption_by_state ON redemption (state, id);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0005_coupons")]

    operations = [ops.RunSQL(REWARD), ops.RunSQL(STOCK), ops.RunSQL(REDEMPTION)]
