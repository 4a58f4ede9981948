"""The heads of closed seasons are signed, with a key that everybody can check them by."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `token` is a JWT over the head of the archive. Seasons that were finished before are taken up
# again, signed, and finished once more: everything else of them is done.
SIGNATURE = """
CREATE TABLE season_signature (
  leaderboard_id   uuid NOT NULL,
  season_starts_at timestamptz NOT NULL,
  token            text NOT NULL,
  PRIMARY KEY (leaderboard_id, season_starts_at),
  FOREIGN KEY (leaderboard_id, season_starts_at)
    REFERENCES season_archive (leaderboard_id, season_starts_at)
);
CREATE TRIGGER season_signature_is_never_changed BEFORE UPDATE OR DELETE ON season_signature
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
UPDATE season_closing SET finished = false;
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0019_challenges_remembered")]

    operations = [ops.RunSQL(SIGNATURE)]
