"""What is promised for bringing a friend, at each of its versions."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# The newest version is the present one; what qualified by an earlier one is rewarded by that.
RULES = """
CREATE TABLE referral_rules (
  version         integer PRIMARY KEY,
  trigger         text NOT NULL,
  condition       text,
  confirm_days    integer NOT NULL,
  monthly_cap     integer NOT NULL,
  referrer_reward jsonb NOT NULL,
  referee_reward  jsonb NOT NULL,
  saved_at        timestamptz NOT NULL,
  CONSTRAINT referral_rules_are_numbered CHECK (version >= 1),
  CONSTRAINT referral_rules_have_terms CHECK (confirm_days >= 0 AND monthly_cap >= 0)
);
CREATE TRIGGER referral_rules_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
  ON referral_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0025_unpaid")]

    operations = [ops.RunSQL(RULES)]
