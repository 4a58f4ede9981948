"""Who has a birthday on which day of the year, and up to which day everybody's was reached."""

from tortoise import migrations
from tortoise.migrations import operations as ops

BIRTHDAYS = """
DROP INDEX member_birthday;
CREATE INDEX member_birthday
  ON member ((extract(month FROM birthday)), (extract(day FROM birthday)), id)
  WHERE birthday IS NOT NULL AND merged_into IS NULL;

CREATE TABLE birthday_round (
  only_one    boolean PRIMARY KEY DEFAULT true
    CONSTRAINT birthday_round_is_the_only CHECK (only_one),
  day         date NOT NULL,
  last_member uuid
);
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_identity")]

    operations = [ops.RunSQL(BIRTHDAYS)]
