"""The place of each award's credential in the status lists."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# A place is given when somebody first asks for the credential, and never again to another.
BADGE_CREDENTIAL = """
CREATE TABLE badge_credential (
  award_id uuid PRIMARY KEY REFERENCES badge_award (id),
  place    bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START 0) NOT NULL,
  CONSTRAINT badge_credential_places_are_unique UNIQUE (place)
);
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0012_seasons")]

    operations = [ops.RunSQL(BADGE_CREDENTIAL)]
