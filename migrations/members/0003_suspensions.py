"""Who may not post, comment or like at present, until when, and why."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# One row a member: the suspension in force, or one that has ended by itself. `ends_at` null lasts.
SUSPENSION = """
CREATE TABLE member_suspension (
  member_id uuid PRIMARY KEY REFERENCES member (id),
  began_at  timestamptz NOT NULL,
  ends_at   timestamptz,
  reason    text NOT NULL,
  CONSTRAINT member_suspension_lasts CHECK (ends_at > began_at)
);
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0002_birthdays")]

    operations = [ops.RunSQL(SUSPENSION)]
