"""Challenges are remembered as the rest of the programme is, so that a replay knows them."""

from tortoise import migrations
from tortoise.migrations import operations as ops

REMEMBERED = """
CREATE CONSTRAINT TRIGGER challenge_is_remembered AFTER INSERT OR UPDATE OF closed ON challenge
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remember_programme('id');
CREATE CONSTRAINT TRIGGER challenge_version_is_remembered AFTER INSERT ON challenge_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remember_programme('id');
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0018_awards_that_changed")]

    operations = [ops.RunSQL(REMEMBERED)]
