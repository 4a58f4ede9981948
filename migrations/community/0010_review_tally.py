"""How long the moderators' queue is, counted as items come and are decided."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# What a page of the queue says of its whole, without reading all of it. Each origin is counted in
# sixteen rows, and a connection adds to one of them: those who put and decide at the same time
# seldom wait for one another. A statement adds what it changed, once; a lease changes nothing.
TALLY = """
CREATE TABLE review_tally (
  origin    text NOT NULL,
  shard     smallint NOT NULL,
  undecided bigint NOT NULL,
  decided   bigint NOT NULL,
  PRIMARY KEY (origin, shard)
) WITH (fillfactor = 50);

CREATE FUNCTION tally_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM review_tally;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO review_tally AS t
      SELECT n.origin, pg_backend_pid() % 16, count(*) FILTER (WHERE n.decided_at IS NULL),
        count(n.decided_at) FROM new_items n GROUP BY n.origin ORDER BY n.origin
      ON CONFLICT (origin, shard) DO UPDATE SET
        undecided = t.undecided + excluded.undecided, decided = t.decided + excluded.decided;
  ELSE
    INSERT INTO review_tally AS t
      SELECT c.origin, pg_backend_pid() % 16, sum(c.undecided), sum(c.decided) FROM (
        SELECT origin, (decided_at IS NULL)::int AS undecided, (decided_at IS NOT NULL)::int
          AS decided FROM new_items
        UNION ALL
        SELECT origin, -(decided_at IS NULL)::int, -(decided_at IS NOT NULL)::int FROM old_items
      ) c GROUP BY c.origin HAVING sum(c.undecided) <> 0 OR sum(c.decided) <> 0 ORDER BY c.origin
      ON CONFLICT (origin, shard) DO UPDATE SET
        undecided = t.undecided + excluded.undecided, decided = t.decided + excluded.decided;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER review_item_is_tallied_when_added AFTER INSERT ON review_item
  REFERENCING NEW TABLE AS new_items FOR EACH STATEMENT EXECUTE FUNCTION tally_reviews();
CREATE TRIGGER review_item_is_tallied_when_changed AFTER UPDATE ON review_item
  REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
  FOR EACH STATEMENT EXECUTE FUNCTION tally_reviews();
CREATE TRIGGER review_item_is_tallied_when_emptied AFTER TRUNCATE ON review_item
  FOR EACH STATEMENT EXECUTE FUNCTION tally_reviews();

INSERT INTO review_tally
  SELECT origin, 0, count(*) FILTER (WHERE decided_at IS NULL), count(decided_at)
  FROM review_item GROUP BY origin;
"""

# Leases in force are few: as many as moderators hold.
LEASED = """
CREATE INDEX review_item_leased ON review_item (claimed_until)
  WHERE decided_at IS NULL AND claimed_until IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0009_reports_told")]

    operations = [ops.RunSQL(part) for part in (TALLY, LEASED)]
