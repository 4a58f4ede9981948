"""Coupon templates with their versions, coupons, and rules that give them."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Versions are never changed, only followed by others: a coupon keeps the terms it was issued by.
TEMPLATE = """
CREATE TABLE coupon_template (
  id            uuid PRIMARY KEY,
  key           text NOT NULL,
  version       integer NOT NULL,
  name          text NOT NULL,
  kind          text NOT NULL CONSTRAINT coupon_template_kind_is_known
    CHECK (kind IN ('FIXED', 'PERCENT', 'GIFT', 'FREE_SHIPPING')),
  discount      numeric NOT NULL CONSTRAINT coupon_template_discount_is_of_its_kind
    CHECK (CASE kind WHEN 'FIXED' THEN discount > 0
                     WHEN 'PERCENT' THEN discount > 0 AND discount <= 100 ELSE discount = 0 END),
  minimum_spend numeric CONSTRAINT coupon_template_minimum_is_positive CHECK (minimum_spend > 0),
  currency      text NOT NULL
    CONSTRAINT coupon_template_currency_is_iso CHECK (currency ~ '^[A-Z]{3}$'),
  valid_days    integer NOT NULL
    CONSTRAINT coupon_template_term_is_positive CHECK (valid_days > 0),
  created_at    timestamptz NOT NULL,
  CONSTRAINT coupon_template_versions_are_unique UNIQUE (key, version)
);
CREATE TRIGGER coupon_template_is_never_changed BEFORE UPDATE ON coupon_template
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# How many coupons of a key are out there (void ones are not), and the most there may be. The
# condition decides, whoever asks last waits for the others at the row.
SUPPLY = """
CREATE TABLE coupon_supply (
  key    text PRIMARY KEY,
  stock  bigint CONSTRAINT coupon_supply_stock_is_positive CHECK (stock > 0),
  issued bigint NOT NULL DEFAULT 0
    CONSTRAINT coupon_supply_issued_is_not_negative CHECK (issued >= 0)
) WITH (fillfactor = 50);
"""

# `state` is as written: a USABLE one has expired once `expires_at` has come. A used one that would
# otherwise be void has `voided_at`, and is void when it comes back. `uses` counts, for the names of
# activities. `discount` is what it took off the order, in the order's currency.
COUPON = """
CREATE TABLE coupon (
  id             uuid PRIMARY KEY,
  member_id      uuid NOT NULL,
  template_id    uuid NOT NULL,
  code           text NOT NULL,
  source         text NOT NULL CONSTRAINT coupon_source_is_known
    CHECK (source IN ('RULE', 'REWARD', 'STAFF')),
  origin_id      uuid NOT NULL,
  rule_key       text NOT NULL,
  order_ref      text,
  actor_id       uuid,
  issued_at      timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  state          text NOT NULL DEFAULT 'USABLE' CONSTRAINT coupon_state_is_known
    CHECK (state IN ('USABLE', 'USED', 'VOID')),
  voided_at      timestamptz,
  uses           integer NOT NULL DEFAULT 0,
  used_at        timestamptz,
  used_for_order text,
  order_total    numeric,
  order_currency text,
  discount       numeric,
  used_by        uuid,
  CONSTRAINT coupon_void_has_its_time CHECK (state <> 'VOID' OR voided_at IS NOT NULL),
  CONSTRAINT coupon_usable_is_not_void CHECK (state <> 'USABLE' OR voided_at IS NULL),
  CONSTRAINT coupon_used_says_for_what CHECK (
    (state = 'USED') = (used_at IS NOT NULL) AND (state = 'USED') = (used_for_order IS NOT NULL)
    AND (state = 'USED') = (order_total IS NOT NULL)
    AND (state = 'USED') = (order_currency IS NOT NULL)
    AND (state = 'USED') = (discount IS NOT NULL)),
  CONSTRAINT coupon_takes_off_no_more_than_the_total
    CHECK (discount >= 0 AND discount <= order_total)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX coupon_code_is_unique ON coupon (code);
CREATE UNIQUE INDEX coupon_is_issued_once ON coupon (origin_id, member_id, rule_key);
CREATE INDEX coupon_of_member ON coupon (member_id, id);
"""

# An account that tries wrong codes: when it will have all its tries again.
TRIES = """
CREATE TABLE coupon_tries (
  account_id uuid PRIMARY KEY,
  full_at    timestamptz NOT NULL
);
"""

RULES = "ALTER TABLE earn_rule ADD COLUMN coupon_key text;"


class Migration(migrations.Migration):
    dependencies = [("gamification", "0004_tiers")]

    operations = [
        ops.RunSQL(TEMPLATE),
        ops.RunSQL(SUPPLY),
        ops.RunSQL(COUPON),
        ops.RunSQL(TRIES),
        ops.RunSQL(RULES),
    ]
