"""Products, posts with their revisions, photos and topics, and who follows or blocks whom."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

PRODUCT = """
ALTER TABLE product
  ALTER rating_sum SET DEFAULT 0,
  ALTER rating_count SET DEFAULT 0,
  ADD CONSTRAINT product_sku_is_unique UNIQUE (sku),
  ADD CONSTRAINT product_is_named CHECK (length(sku) > 0 AND length(name) > 0),
  ADD CONSTRAINT product_price_has_a_currency
    CHECK (price >= 0 AND (price IS NULL) = (currency IS NULL)),
  ADD CONSTRAINT product_ratings_are_one_to_five
    CHECK (rating_count >= 0 AND rating_sum BETWEEN rating_count AND 5 * rating_count);
CREATE INDEX product_by_name ON product (name, id);
"""

# Counters change only by rows that were really added or removed, in the same transaction.
# `submitted_at` is when it was first sent on its way (never for a draft), `published_at` when it
# was first published, by which feeds are ordered. `repairable` is about a rejected one: its author
# may mend it and send it again.
POST = """
CREATE TABLE post (
  id                uuid PRIMARY KEY,
  author_id         uuid NOT NULL,
  state             text NOT NULL,
  text              text NOT NULL,
  rating            smallint,
  revision          integer NOT NULL DEFAULT 1,
  verified_purchase boolean NOT NULL DEFAULT false,
  repairable        boolean NOT NULL DEFAULT false,
  created_at        timestamptz NOT NULL,
  submitted_at      timestamptz,
  published_at      timestamptz,
  edited_at         timestamptz,
  featured_at       timestamptz,
  deleted_at        timestamptz,
  like_count        integer NOT NULL DEFAULT 0,
  comment_count     integer NOT NULL DEFAULT 0,
  share_count       integer NOT NULL DEFAULT 0,
  CONSTRAINT post_state_is_known
    CHECK (state IN ('DRAFT', 'IN_REVIEW', 'PUBLISHED', 'REJECTED', 'REMOVED', 'DELETED')),
  CONSTRAINT post_rating_is_one_to_five CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT post_revision_rises CHECK (revision >= 1),
  CONSTRAINT post_is_submitted_unless_draft
    CHECK (submitted_at IS NOT NULL OR state IN ('DRAFT', 'DELETED')),
  CONSTRAINT post_draft_is_not_submitted CHECK (state <> 'DRAFT' OR submitted_at IS NULL),
  CONSTRAINT post_was_published_to_be_seen
    CHECK (published_at IS NOT NULL OR state NOT IN ('PUBLISHED', 'REMOVED')),
  CONSTRAINT post_deletion_has_a_time CHECK ((state = 'DELETED') = (deleted_at IS NOT NULL)),
  CONSTRAINT post_is_repairable_when_rejected CHECK (state = 'REJECTED' OR NOT repairable),
  CONSTRAINT post_counters_count CHECK (like_count >= 0 AND comment_count >= 0 AND share_count >= 0)
) WITH (fillfactor = 85);
CREATE INDEX post_latest ON post (published_at, id) WHERE state = 'PUBLISHED';
CREATE INDEX post_featured ON post (featured_at, id)
  WHERE state = 'PUBLISHED' AND featured_at IS NOT NULL;
CREATE INDEX post_of_author_published ON post (author_id, published_at, id)
  WHERE state = 'PUBLISHED';
CREATE INDEX post_of_author ON post (author_id, id);
CREATE INDEX post_in_review ON post (submitted_at, id) WHERE state = 'IN_REVIEW';
"""

# What it said at each revision, the present one included: decisions are about a revision.
REVISION = """
CREATE TABLE post_revision (
  post_id  uuid NOT NULL,
  revision integer NOT NULL,
  text     text NOT NULL,
  topics   text[] NOT NULL,
  rating   smallint,
  made_at  timestamptz NOT NULL,
  PRIMARY KEY (post_id, revision)
);
CREATE TRIGGER post_revision_is_never_changed BEFORE UPDATE ON post_revision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# A photo belongs to one post. `published_at` beside products and topics is that of the post while
# it is published, else null: their feeds read one index.
PARTS = """
CREATE TABLE post_image (
  post_id  uuid NOT NULL,
  position smallint NOT NULL,
  image_id uuid NOT NULL,
  PRIMARY KEY (post_id, position),
  CONSTRAINT post_image_is_of_one_post UNIQUE (image_id),
  CONSTRAINT post_has_up_to_nine_images CHECK (position BETWEEN 0 AND 8)
);
CREATE TABLE post_product (
  post_id      uuid NOT NULL,
  position     smallint NOT NULL,
  product_id   uuid NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (post_id, position),
  CONSTRAINT post_names_a_product_once UNIQUE (post_id, product_id)
);
CREATE INDEX post_product_feed ON post_product (product_id, published_at, post_id)
  WHERE published_at IS NOT NULL;
CREATE TABLE topic (
  id         uuid PRIMARY KEY,
  key        text NOT NULL,
  name       text NOT NULL,
  post_count integer NOT NULL DEFAULT 0,
  CONSTRAINT topic_key_is_unique UNIQUE (key),
  CONSTRAINT topic_is_named CHECK (length(key) > 0 AND length(name) > 0),
  CONSTRAINT topic_counts_posts CHECK (post_count >= 0)
);
CREATE INDEX topic_popular ON topic (post_count, id) WHERE post_count > 0;
CREATE TABLE post_topic (
  post_id      uuid NOT NULL,
  position     smallint NOT NULL,
  topic_id     uuid NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (post_id, position),
  CONSTRAINT post_names_a_topic_once UNIQUE (post_id, topic_id)
);
CREATE INDEX post_topic_feed ON post_topic (topic_id, published_at, post_id)
  WHERE published_at IS NOT NULL;
"""

# The key decides which post earns by a line of an order: the first that was sent on its way.
ORDER_LINE = """
CREATE TABLE post_order_line (
  member_id   uuid NOT NULL,
  activity_id uuid NOT NULL,
  line        smallint NOT NULL,
  sku         text NOT NULL,
  post_id     uuid NOT NULL,
  PRIMARY KEY (member_id, activity_id, line)
);
CREATE INDEX post_order_line_of_post ON post_order_line (post_id);
"""

BONDS = """
CREATE TABLE member_follow (
  follower_id uuid NOT NULL,
  followed_id uuid NOT NULL,
  since       timestamptz NOT NULL,
  PRIMARY KEY (follower_id, followed_id),
  CONSTRAINT member_follows_others CHECK (follower_id <> followed_id)
);
CREATE INDEX member_follow_newest ON member_follow (follower_id, since, followed_id);
CREATE INDEX member_followers_newest ON member_follow (followed_id, since, follower_id);
CREATE TABLE member_block (
  blocker_id uuid NOT NULL,
  blocked_id uuid NOT NULL,
  since      timestamptz NOT NULL,
  PRIMARY KEY (blocker_id, blocked_id),
  CONSTRAINT member_blocks_others CHECK (blocker_id <> blocked_id)
);
CREATE INDEX member_blocked_by ON member_block (blocked_id, blocker_id);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("infra", "0008_credential_keys"), ("members", "0003_suspensions")]

    operations = [
        ops.CreateModel(
            name="Product",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("sku", fields.TextField()),
                ("name", fields.TextField()),
                ("price", fields.DecimalField(max_digits=21, decimal_places=6, null=True)),
                ("currency", fields.CharField(max_length=3, null=True)),
                ("category", fields.TextField(null=True)),
                ("image_url", fields.TextField(null=True)),
                ("image_id", fields.UUIDField(null=True)),
                ("rating_sum", fields.IntField()),
                ("rating_count", fields.IntField()),
                ("saved_at", fields.DatetimeField()),
            ],
            options={"table": "product", "app": "community", "pk_attr": "id"},
            bases=["Model"],
        ),
        *(ops.RunSQL(part) for part in (PRODUCT, POST, REVISION, PARTS, ORDER_LINE, BONDS)),
    ]
