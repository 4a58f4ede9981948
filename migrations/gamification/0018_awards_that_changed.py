"""Awards are their entries; a row of its own has only one that waits, or that a refund took from.

An order says which entries were awarded for it, so that its refund finds them by their key.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

OF_ORDER = """
ALTER TABLE shop_order ADD COLUMN first_award bigint, ADD COLUMN last_award bigint,
  ADD CONSTRAINT shop_order_awards_are_a_range CHECK (
    (first_award IS NULL) = (last_award IS NULL) AND first_award <= last_award);
UPDATE shop_order o SET first_award = a.first, last_award = a.last
FROM (SELECT member_id, order_ref, min(entry_number) AS first, max(entry_number) AS last
      FROM points_award WHERE order_ref IS NOT NULL GROUP BY member_id, order_ref) a
WHERE o.member_id = a.member_id AND o.ref = a.order_ref;
"""

ONLY_CHANGED = """
DROP INDEX points_award_of_order;
DELETE FROM points_award WHERE confirms_at IS NULL AND taken_back = 0;
ALTER TABLE points_award ADD CONSTRAINT points_award_says_more_than_its_entry
  CHECK (confirms_at IS NOT NULL OR taken_back > 0);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0017_expiry_notices")]

    operations = [ops.RunSQL(OF_ORDER), ops.RunSQL(ONLY_CHANGED)]
