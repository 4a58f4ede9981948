"""Offers of the shop to buy together or to bargain, the deals started by them, who is in which."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# One offer a product and kind. `taken` counts the units of its deals that are open or succeeded:
# a deal holds all that it needs from its start until it fails.
DEAL_OFFER = """
CREATE TABLE deal_offer (
  id         uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES product (id),
  kind       text NOT NULL,
  price      numeric NOT NULL,
  currency   text NOT NULL,
  size       integer NOT NULL,
  hours      integer NOT NULL,
  stock      integer,
  taken      bigint NOT NULL DEFAULT 0,
  active     boolean NOT NULL DEFAULT true,
  saved_at   timestamptz NOT NULL,
  CONSTRAINT deal_offer_kind_is_known CHECK (kind IN ('GROUP_BUY', 'BARGAIN')),
  CONSTRAINT deal_offer_is_one_of_its_kind UNIQUE (product_id, kind),
  CONSTRAINT deal_offer_counts CHECK (price >= 0 AND size BETWEEN 1 AND 1000 AND hours >= 1),
  CONSTRAINT deal_offer_sells_what_there_is CHECK (taken >= 0 AND taken <= stock)
);
"""

# `filled` members stand in a deal, `places` ever did. `started_by` is who started it for as long as
# they are in it: they start no other by the same offer meanwhile. A bargain's cuts follow from its
# seed.
DEAL = """
CREATE TABLE deal (
  id          uuid PRIMARY KEY,
  offer_id    uuid NOT NULL REFERENCES deal_offer (id),
  product_id  uuid NOT NULL,
  kind        text NOT NULL,
  size        integer NOT NULL,
  price       numeric NOT NULL,
  start_price numeric,
  currency    text NOT NULL,
  owner_id    uuid NOT NULL,
  started_by  uuid,
  started_at  timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  seed        bytea,
  state       text NOT NULL DEFAULT 'OPEN',
  ended_at    timestamptz,
  filled      integer NOT NULL DEFAULT 0,
  places      integer NOT NULL DEFAULT 0,
  CONSTRAINT deal_kind_is_known CHECK (kind IN ('GROUP_BUY', 'BARGAIN')),
  CONSTRAINT deal_state_is_known CHECK (state IN ('OPEN', 'SUCCEEDED', 'FAILED')),
  CONSTRAINT deal_is_never_overfilled CHECK (filled BETWEEN 0 AND size AND filled <= places),
  CONSTRAINT deal_succeeds_when_it_is_full CHECK ((state = 'SUCCEEDED') = (filled = size)),
  CONSTRAINT deal_is_open_or_has_ended CHECK ((state = 'OPEN') = (ended_at IS NULL)),
  CONSTRAINT deal_lasts CHECK (ends_at > started_at),
  CONSTRAINT deal_succeeds_in_time CHECK (state <> 'SUCCEEDED' OR ended_at < ends_at),
  CONSTRAINT deal_of_a_bargain_has_its_secret CHECK
    ((kind = 'BARGAIN') = (seed IS NOT NULL) AND (seed IS NULL) = (start_price IS NULL)
      AND length(seed) = 32)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX deal_is_one_at_a_time ON deal (offer_id, started_by) WHERE state = 'OPEN';
CREATE INDEX deal_due ON deal (ends_at, id) WHERE state = 'OPEN';
CREATE INDEX deal_of_owner ON deal (owner_id, id);
CREATE TABLE deal_part (
  deal_id   uuid NOT NULL,
  member_id uuid NOT NULL,
  place     integer NOT NULL,
  at        timestamptz NOT NULL,
  cut       numeric,
  PRIMARY KEY (deal_id, member_id),
  CONSTRAINT deal_part_has_its_place UNIQUE (deal_id, place),
  CONSTRAINT deal_part_cuts_something CHECK (place >= 1 AND cut > 0)
);
CREATE INDEX deal_part_of_member ON deal_part (member_id, deal_id);
"""

# What the shop owes: one unit to each buyer of a deal that succeeded, at the deal's price. The shop
# makes an order of it and says which.
DEAL_ORDER = """
CREATE TABLE deal_order (
  id         uuid PRIMARY KEY,
  deal_id    uuid NOT NULL REFERENCES deal (id),
  member_id  uuid NOT NULL,
  created_at timestamptz NOT NULL,
  order_ref  text,
  ordered_at timestamptz,
  CONSTRAINT deal_order_is_one_a_buyer UNIQUE (deal_id, member_id),
  CONSTRAINT deal_order_is_named_when_it_is_made CHECK
    ((order_ref IS NULL) = (ordered_at IS NULL) AND length(order_ref) > 0)
);
CREATE INDEX deal_order_waiting ON deal_order (id) WHERE order_ref IS NULL;
CREATE INDEX deal_order_of_member ON deal_order (member_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0006_intake")]

    operations = [ops.RunSQL(part) for part in (DEAL_OFFER, DEAL, DEAL_ORDER)]
