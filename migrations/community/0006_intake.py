"""What the intake goes by: word lists, its settings, what texts were like, how pictures look."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# The sum of all versions rises with each change of any list: processes compile the lists once for
# each such sum. A list of no words is not in force, and keeps its key.
WORD_LIST = """
CREATE TABLE word_list (
  id       uuid PRIMARY KEY,
  key      text NOT NULL,
  action   text NOT NULL,
  words    text[] NOT NULL,
  version  integer NOT NULL DEFAULT 1,
  saved_at timestamptz NOT NULL,
  CONSTRAINT word_list_key_is_unique UNIQUE (key),
  CONSTRAINT word_list_is_named CHECK (length(key) > 0 AND version >= 1),
  CONSTRAINT word_list_action_is_known CHECK (action IN ('HOLD', 'QUEUE'))
);
"""

# One row, or none while everything is as it is delivered.
SETTINGS = """
CREATE TABLE intake_settings (
  sole         boolean PRIMARY KEY DEFAULT true,
  sample_share double precision NOT NULL,
  similar_from double precision NOT NULL,
  CONSTRAINT intake_settings_are_one_row CHECK (sole),
  CONSTRAINT intake_sample_is_a_share CHECK (sample_share BETWEEN 0 AND 1),
  CONSTRAINT intake_similar_is_a_share CHECK (similar_from BETWEEN 0.5 AND 1)
);
"""

# Of each post and comment that was sent, as it reads now: a hash of the whole, and of pairs of
# neighbours among its smallest shingles. Texts that are much alike have a pair in common.
PRINT = """
CREATE TABLE text_print (
  subject_id   uuid PRIMARY KEY,
  subject_kind text NOT NULL,
  whole        bigint NOT NULL,
  pairs        bigint[] NOT NULL,
  CONSTRAINT text_print_is_of_a_post_or_comment CHECK (subject_kind IN ('POST', 'COMMENT'))
) WITH (fillfactor = 90);
CREATE INDEX text_print_whole ON text_print (whole);
CREATE INDEX text_print_pairs ON text_print USING gin (pairs);
"""

# Four parts of sixteen bits, each told apart from the others. Of two hashes that differ in at most
# seven bits one part differs in at most one.
LIKENESS = """
CREATE FUNCTION hash_parts(hash bigint) RETURNS integer[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY[(hash & 65535)::integer, ((hash >> 16) & 65535)::integer + 65536,
    ((hash >> 32) & 65535)::integer + 131072, ((hash >> 48) & 65535)::integer + 196608];
CREATE INDEX member_image_parts ON member_image USING gin (hash_parts(hash));
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0005_moderation")]

    operations = [ops.RunSQL(part) for part in (WORD_LIST, SETTINGS, PRINT, LIKENESS)]
