"""What feeds and search are read from. All of it can be made anew from posts, products, topics."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# The order of the trending feed as it was at some moments: 16 bytes for each post, hottest first.
# Readers page through the one that they began with.
SNAPSHOT = """
CREATE TABLE feed_snapshot (
  version  uuid PRIMARY KEY,
  made_at  timestamptz NOT NULL,
  post_ids bytea STORAGE EXTERNAL NOT NULL,
  CONSTRAINT feed_snapshot_is_of_ids CHECK (length(post_ids) % 16 = 0)
);
CREATE INDEX feed_snapshot_newest ON feed_snapshot (made_at, version);
"""

# Published posts as they are searched. Numbers rise in the order of indexing; a segment is 8,192
# of them. A key is the segment and, in its low 32 bits, what `domain.search.grams` makes of a word.
POST_DOCUMENT = """
CREATE SEQUENCE post_document_number;
CREATE TABLE post_document (
  post_id      uuid PRIMARY KEY,
  number       bigint NOT NULL,
  published_at timestamptz NOT NULL,
  words        text NOT NULL,
  labels       text NOT NULL,
  keys         bigint[] NOT NULL,
  CONSTRAINT post_document_number_is_unique UNIQUE (number)
);
CREATE INDEX post_document_keys ON post_document USING gin (keys) WITH (fastupdate = off);
"""

# Products and topics by their names. A key is the kind and, in its low 32 bits, as above.
NAME_DOCUMENT = """
CREATE TABLE name_document (
  kind  smallint NOT NULL,
  id    uuid NOT NULL,
  words text NOT NULL,
  keys  bigint[] NOT NULL,
  PRIMARY KEY (kind, id),
  CONSTRAINT name_document_kind_is_known CHECK (kind IN (1, 2))
);
CREATE INDEX name_document_keys ON name_document USING gin (keys) WITH (fastupdate = off);
"""

# What is to be read anew by the index: kind 0 is a post, 1 a product, 2 a topic. One may stand
# here many times: a row is never waited for, and none is lost that came while another was read.
WAITING = """
CREATE TABLE search_waiting (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind     smallint NOT NULL,
  id       uuid NOT NULL,
  CONSTRAINT search_waiting_kind_is_known CHECK (kind IN (0, 1, 2))
);
CREATE FUNCTION search_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_waiting (kind, id) VALUES (TG_ARGV[0]::smallint, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER post_is_searched_new AFTER INSERT ON post
  FOR EACH ROW WHEN (NEW.state = 'PUBLISHED') EXECUTE FUNCTION search_waits(0);
CREATE TRIGGER post_is_searched_changed AFTER UPDATE OF state, text, revision ON post
  FOR EACH ROW WHEN (OLD.state = 'PUBLISHED' OR NEW.state = 'PUBLISHED')
  EXECUTE FUNCTION search_waits(0);
CREATE TRIGGER product_is_searched_new AFTER INSERT ON product
  FOR EACH ROW EXECUTE FUNCTION search_waits(1);
CREATE TRIGGER product_is_searched_changed AFTER UPDATE OF name, sku, category ON product
  FOR EACH ROW WHEN ((OLD.name, OLD.sku, OLD.category) IS DISTINCT FROM
    (NEW.name, NEW.sku, NEW.category)) EXECUTE FUNCTION search_waits(1);
CREATE TRIGGER topic_is_searched_new AFTER INSERT ON topic
  FOR EACH ROW EXECUTE FUNCTION search_waits(2);
"""

# What is there already.
BEGIN = """
INSERT INTO search_waiting (kind, id)
  SELECT 0, id FROM post WHERE state = 'PUBLISHED' ORDER BY published_at, id;
INSERT INTO search_waiting (kind, id) SELECT 1, id FROM product;
INSERT INTO search_waiting (kind, id) SELECT 2, id FROM topic;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0002_social")]

    operations = [
        ops.RunSQL(part) for part in (SNAPSHOT, POST_DOCUMENT, NAME_DOCUMENT, WAITING, BEGIN)
    ]
