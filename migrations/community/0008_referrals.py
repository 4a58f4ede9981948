"""Referrals, what is known of members by keyed hashes alone, and what speaks against a referral."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# One a referee, for good: the first touch. Changed under the lock of its row, which whoever holds
# the referee's lock takes next. `qualified_member` is what expressions saw of the referee. A
# referral that staff let go on is `cleared`: signals do not hold or refuse it again. `refusal` of a
# rewarded one says why the referrer got nothing.
REFERRAL = """
CREATE TABLE referral (
  id                 uuid PRIMARY KEY,
  referrer_id        uuid NOT NULL,
  referee_id         uuid NOT NULL,
  origin             text NOT NULL,
  state              text NOT NULL,
  refusal            text,
  created_at         timestamptz NOT NULL,
  held               boolean NOT NULL DEFAULT false,
  cleared            boolean NOT NULL DEFAULT false,
  times              integer NOT NULL DEFAULT 0,
  rules_version      integer,
  activity_id        uuid,
  order_ref          text,
  qualified_at       timestamptz,
  confirms_at        timestamptz,
  qualified_member   jsonb,
  rewarded_at        timestamptz,
  rewarded_month     date,
  referrer_points    bigint NOT NULL DEFAULT 0,
  referee_points     bigint NOT NULL DEFAULT 0,
  refused_at         timestamptz,
  CONSTRAINT referral_is_the_first_touch UNIQUE (referee_id),
  CONSTRAINT referral_is_of_two CHECK (referrer_id <> referee_id),
  CONSTRAINT referral_origin_is_known CHECK (origin IN ('SIGN_UP', 'CLAIM')),
  CONSTRAINT referral_state_is_known
    CHECK (state IN ('REGISTERED', 'QUALIFIED', 'REWARDED', 'REFUSED')),
  CONSTRAINT referral_refusal_is_known CHECK (refusal IN
    ('SAME_PERSON', 'CYCLE', 'ALREADY_CUSTOMER', 'BY_STAFF', 'MONTHLY_CAP')),
  CONSTRAINT referral_refusal_says_why CHECK (
    (state = 'REFUSED') = (refused_at IS NOT NULL)
    AND CASE state WHEN 'REFUSED' THEN refusal IS NOT NULL AND refusal <> 'MONTHLY_CAP'
      WHEN 'REWARDED' THEN coalesce(refusal, 'MONTHLY_CAP') = 'MONTHLY_CAP'
      ELSE refusal IS NULL END),
  CONSTRAINT referral_qualified_by_something CHECK (
    (activity_id IS NULL) = (qualified_at IS NULL)
    AND (activity_id IS NULL) = (confirms_at IS NULL)
    AND (activity_id IS NULL) = (rules_version IS NULL)
    AND (activity_id IS NULL) = (qualified_member IS NULL)
    AND CASE state WHEN 'REGISTERED' THEN activity_id IS NULL
      WHEN 'REFUSED' THEN true ELSE activity_id IS NOT NULL END),
  CONSTRAINT referral_is_rewarded_at_a_time CHECK (
    (state = 'REWARDED') = (rewarded_at IS NOT NULL)
    AND (rewarded_at IS NULL) = (rewarded_month IS NULL)),
  CONSTRAINT referral_pays_when_it_is_rewarded CHECK (
    referrer_points >= 0 AND referee_points >= 0
    AND (state = 'REWARDED' OR referrer_points = 0 AND referee_points = 0)),
  CONSTRAINT referral_is_held_before_it_is_paid
    CHECK (NOT held OR state IN ('REGISTERED', 'QUALIFIED'))
);
CREATE INDEX referral_of_referrer ON referral (referrer_id, id);
CREATE INDEX referral_due ON referral (confirms_at, id) WHERE state = 'QUALIFIED' AND NOT held;
CREATE INDEX referral_held ON referral (id) WHERE held;
CREATE INDEX referral_by_time ON referral (created_at);
"""

# How often a member was rewarded in a month of the programme: what the cap is held against.
MONTH = """
CREATE TABLE referral_month (
  referrer_id uuid NOT NULL,
  month       date NOT NULL,
  rewarded    integer NOT NULL,
  PRIMARY KEY (referrer_id, month),
  CONSTRAINT referral_month_counts CHECK (rewarded > 0)
);
"""

# A digest is keyed by the deployment's secret, and of its kind: equal ones are the same thing.
TRAIT = """
CREATE TABLE referral_trait (
  member_id uuid NOT NULL,
  kind      text NOT NULL,
  digest    bytea NOT NULL,
  seen_at   timestamptz NOT NULL,
  PRIMARY KEY (member_id, digest),
  CONSTRAINT referral_trait_kind_is_known
    CHECK (kind IN ('EMAIL', 'PHONE', 'DEVICE', 'PAYMENT', 'ADDRESS', 'NETWORK')),
  CONSTRAINT referral_trait_is_hashed CHECK (length(digest) = 16)
);
CREATE INDEX referral_trait_shared ON referral_trait (digest, member_id);
CREATE INDEX referral_trait_old_networks ON referral_trait (seen_at) WHERE kind = 'NETWORK';
"""

SIGNAL = """
CREATE TABLE referral_signal (
  referral_id uuid NOT NULL,
  key         text NOT NULL,
  weight      integer NOT NULL,
  seen        integer NOT NULL,
  noticed_at  timestamptz NOT NULL,
  PRIMARY KEY (referral_id, key),
  CONSTRAINT referral_signal_says_something CHECK (length(key) > 0 AND weight > 0 AND seen > 0)
);
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0007_deals")]

    operations = [ops.RunSQL(part) for part in (REFERRAL, MONTH, TRAIT, SIGNAL)]
