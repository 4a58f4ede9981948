"""What measures read of decisions, written with each, and the spans that a decision names."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `waited` is how long the item had been in the queue, in seconds; `rating` the stars that the post
# gave then. `second_of` is the decision of somebody else that a second look was drawn for.
COLUMNS = """
ALTER TABLE decision
  ADD COLUMN waited    integer NOT NULL DEFAULT 0,
  ADD COLUMN rating    smallint,
  ADD COLUMN second_of uuid,
  ADD CONSTRAINT decision_waited_some_time CHECK (waited >= 0);
UPDATE decision d SET rating = p.rating, waited = greatest(0, least(2147483647,
    extract(epoch FROM d.decided_at - i.created_at)))::integer
  FROM review_item i LEFT JOIN post p ON p.id = i.subject_id WHERE i.id = d.item_id;
"""

MEASURED = """
CREATE FUNCTION measure_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE item review_item;
BEGIN
  SELECT * INTO item FROM review_item i WHERE i.id = NEW.item_id;
  NEW.waited = greatest(0, least(2147483647,
    extract(epoch FROM NEW.decided_at - item.created_at)))::integer;
  IF NEW.subject_kind = 'POST' THEN
    NEW.rating = (SELECT p.rating FROM post p WHERE p.id = NEW.subject_id);
  END IF;
  IF item.origin = 'SAMPLE' AND item.barred_id IS NOT NULL THEN
    NEW.second_of = (SELECT d.id FROM decision d WHERE d.subject_id = NEW.subject_id
      AND d.moderator_id = item.barred_id AND d.revision IS NOT DISTINCT FROM NEW.revision
      AND d.reversal IS DISTINCT FROM 'UNDONE' AND d.overrules_id IS NULL
      ORDER BY d.id DESC LIMIT 1);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_is_measured BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION measure_decision();
"""

# A second look is not for whoever decided first. Once that is undone it is a look like any other.
UNDONE = """
CREATE FUNCTION open_second_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE review_item SET barred_id = NULL WHERE subject_id = NEW.subject_id
    AND decided_at IS NULL AND appeal_id IS NULL AND barred_id = NEW.moderator_id;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_undone_opens_its_second_look AFTER UPDATE OF reversal ON decision
  FOR EACH ROW WHEN (NEW.reversal = 'UNDONE') EXECUTE FUNCTION open_second_look();
"""

# What statistics read of a stretch of time lies in the index alone.
INDEXES = """
CREATE INDEX decision_measured ON decision (decided_at)
  INCLUDE (moderator_id, waited, rating, action, reversal, overrules_id);
CREATE INDEX decision_second ON decision (decided_at) WHERE second_of IS NOT NULL;
CREATE INDEX review_item_oldest ON review_item (created_at) WHERE decided_at IS NULL;
CREATE INDEX review_item_due ON review_item (due_at) WHERE decided_at IS NULL;
"""

# In code points of the text at the decision's revision, the end not included.
SPAN = """
CREATE TABLE decision_span (
  decision_id uuid NOT NULL,
  place       smallint NOT NULL,
  starts      integer NOT NULL,
  ends        integer NOT NULL,
  PRIMARY KEY (decision_id, place),
  CONSTRAINT decision_span_has_a_length CHECK (starts >= 0 AND ends > starts)
);
CREATE TRIGGER decision_span_is_never_changed BEFORE UPDATE OR DELETE ON decision_span
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0010_review_tally")]

    operations = [ops.RunSQL(part) for part in (COLUMNS, MEASURED, UNDONE, INDEXES, SPAN)]
