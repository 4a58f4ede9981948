"""Every version of the programme, so that a replay plans by the one that was live."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# A row as it was from a version on, until another one of its relation and key says otherwise;
# null where it was removed. Written when a transaction commits, by the version it leaves behind.
HISTORY = """
CREATE TABLE programme_history (
  number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version  bigint NOT NULL,
  relation text NOT NULL,
  key      text NOT NULL,
  content  jsonb
);
CREATE TRIGGER programme_history_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON programme_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION remember_programme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO programme_history (version, relation, key, content)
  SELECT p.version, TG_TABLE_NAME, coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[0],
         to_jsonb(NEW)
  FROM programme p;
  RETURN NULL;
END $$;
"""

# What the programme is loaded from. Columns that say how far a job has come do not count.
REMEMBERED = (
    ("programme", "id", "INSERT OR UPDATE"),
    ("tier", "id", "INSERT OR UPDATE OR DELETE"),
    ("tier_rules", "id", "INSERT OR UPDATE OF version OR DELETE"),
    ("earn_rule", "id", "INSERT OR UPDATE OR DELETE"),
    ("metric", "id", "INSERT OR DELETE"),
    ("metric_keeping", "metric_id", "INSERT OR UPDATE OF complete OR DELETE"),
    ("leaderboard", "id", "INSERT OR UPDATE OR DELETE"),
    ("coupon_template", "id", "INSERT OR DELETE"),
    ("coupon_supply", "key", "INSERT OR UPDATE OF stock OR DELETE"),
    ("membership_plan", "id", "INSERT"),
)  # fmt: skip

TRIGGERS = "".join(
    f"CREATE CONSTRAINT TRIGGER {relation}_is_remembered AFTER {events} ON {relation}"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    f" EXECUTE FUNCTION remember_programme('{key}');"
    for relation, key, events in REMEMBERED
)

# Also what a test calls that has put the programme back without triggers.
WHOLE = """
CREATE FUNCTION remember_whole_programme() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT tgrelid::regclass::text AS relation,
           convert_from(rtrim(tgargs, '\\x00'::bytea), 'UTF8') AS key
    FROM pg_trigger WHERE tgfoid = 'remember_programme'::regproc
  LOOP
    EXECUTE format(
      'INSERT INTO programme_history (version, relation, key, content)'
      ' SELECT p.version, %L, to_jsonb(t) ->> %L, to_jsonb(t) FROM %I t, programme p',
      one.relation, one.key, one.relation);
  END LOOP;
END $$;
SELECT remember_whole_programme();
"""


class Migration(migrations.Migration):
    dependencies = [("gamification", "0009_streaks"), ("infra", "0005_programme_of_application")]

    operations = [
        ops.RunSQL(HISTORY),
        ops.RunSQL(TRIGGERS),
        ops.RunSQL(WHOLE),
    ]
