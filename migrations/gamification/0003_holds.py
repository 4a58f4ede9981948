"""Points held for a checkout, and which earlier entry an entry gives back."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# The index is the rule: whatever was redeemed or held comes back once at most.
REVERSES = """
ALTER TABLE points_entry ADD COLUMN reverses bigint
  CONSTRAINT points_entry_reverses_an_earlier_one CHECK (reverses BETWEEN 1 AND number - 1);
CREATE UNIQUE INDEX points_entry_is_reversed_once
  ON points_entry (member_id, reverses) WHERE reverses IS NOT NULL;
"""

# A hold is named by its HOLD entry, which says what was taken out of which lots.
HOLD = """
CREATE TABLE points_hold (
  member_id    uuid NOT NULL,
  entry_number bigint NOT NULL,
  order_ref    text NOT NULL,
  worth        numeric NOT NULL
    CONSTRAINT points_hold_worth_is_not_negative CHECK (worth >= 0),
  currency     text NOT NULL CONSTRAINT points_hold_currency_is_iso CHECK (currency ~ '^[A-Z]{3}$'),
  expires_at   timestamptz NOT NULL,
  state        text NOT NULL CONSTRAINT points_hold_state_is_known
    CHECK (state IN ('OPEN', 'CAPTURED', 'RELEASED', 'EXPIRED')),
  PRIMARY KEY (member_id, entry_number)
) WITH (fillfactor = 90);
CREATE INDEX points_hold_open ON points_hold (member_id) WHERE state = 'OPEN';
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0002_leaderboards")]

    operations = [ops.RunSQL(REVERSES), ops.RunSQL(HOLD)]
