"""Points that paid for an order come back with it, in as many parts as its refunds."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GIVEN_BACK = """
ALTER TABLE points_hold ADD COLUMN given_back bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT points_hold_gives_back_what_was_captured
  CHECK (given_back = 0 OR given_back > 0 AND state = 'CAPTURED');
"""

# The index is the rule: whatever was redeemed or held comes back once at most. But what paid for
# an order, which a REFUND with its reference gives back: the hold itself counts how much of it.
REVERSES = """
DROP INDEX points_entry_is_reversed_once;
CREATE UNIQUE INDEX points_entry_is_reversed_once ON points_entry (member_id, reverses)
  WHERE reverses IS NOT NULL AND (kind <> 'REFUND' OR order_ref IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0014_metric_readers")]

    operations = [ops.RunSQL(GIVEN_BACK), ops.RunSQL(REVERSES)]
