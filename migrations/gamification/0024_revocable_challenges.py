"""Challenges whose reward is taken back while their goals are no longer reached."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `award_entry` is the entry that paid what may be taken back; `taken` lists the lots from which it
# was, as pairs of date and points.
REVOCABLE = """
ALTER TABLE challenge_version ADD COLUMN revocable boolean NOT NULL DEFAULT false;
ALTER TABLE challenge_participation
  ADD COLUMN award_entry bigint,
  ADD COLUMN revocations integer NOT NULL DEFAULT 0,
  ADD COLUMN taken jsonb NOT NULL DEFAULT '[]';
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0023_league_rules")]

    operations = [ops.RunSQL(REVOCABLE)]
