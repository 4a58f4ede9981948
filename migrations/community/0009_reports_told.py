"""What reporters know of how their reports ended."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `told` is what a reporter was told last, null when nothing, or that it is looked at again;
# `tellings` is how often they were told anything.
REPORT = """
ALTER TABLE report
  ADD COLUMN told text,
  ADD COLUMN tellings integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT report_is_told_as_it_ended CHECK (told IN ('UPHELD', 'DISMISSED')),
  ADD CONSTRAINT report_tellings_are_counted CHECK
    (tellings >= 0 AND (told IS NULL OR tellings > 0))
;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0008_referrals")]

    operations = [ops.RunSQL(REPORT)]
