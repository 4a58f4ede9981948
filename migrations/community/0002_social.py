"""What members make of each other and of posts: how many follow, comments, likes, shares."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Counters change only by rows that were really added or removed, in the same transaction. The rows
# of two members are also what decides between a follow and a block that come at once.
FOLLOW_COUNT = """
CREATE TABLE follow_count (
  member_id uuid PRIMARY KEY,
  followers integer NOT NULL DEFAULT 0,
  following integer NOT NULL DEFAULT 0,
  CONSTRAINT follow_count_counts CHECK (followers >= 0 AND following >= 0)
) WITH (fillfactor = 70);
"""

# `thread_id` is the comment itself, or the one that it replies to: replies have no replies. Ids
# are in the order of writing, so the index holds each thread together, oldest first.
COMMENT = """
CREATE TABLE comment (
  id           uuid PRIMARY KEY,
  post_id      uuid NOT NULL,
  author_id    uuid NOT NULL,
  thread_id    uuid NOT NULL,
  state        text NOT NULL,
  text         text NOT NULL,
  revision     integer NOT NULL DEFAULT 1,
  submitted_at timestamptz NOT NULL,
  deleted_at   timestamptz,
  like_count   integer NOT NULL DEFAULT 0,
  CONSTRAINT comment_state_is_known
    CHECK (state IN ('IN_REVIEW', 'PUBLISHED', 'REJECTED', 'REMOVED', 'DELETED')),
  CONSTRAINT comment_revision_rises CHECK (revision >= 1),
  CONSTRAINT comment_deletion_has_a_time CHECK ((state = 'DELETED') = (deleted_at IS NOT NULL)),
  CONSTRAINT comment_likes_count CHECK (like_count >= 0)
) WITH (fillfactor = 85);
CREATE INDEX comment_of_post ON comment (post_id, thread_id, id);
CREATE INDEX comment_of_author ON comment (author_id, id);
"""

# The key decides that everybody likes a thing once. Likes of before that count for the programme
# are decided by how many members gave each other: by day of the giver, by month of a pair.
LIKE = """
CREATE TABLE member_like (
  member_id  uuid NOT NULL,
  subject_id uuid NOT NULL,
  target     text NOT NULL,
  since      timestamptz NOT NULL,
  PRIMARY KEY (member_id, subject_id),
  CONSTRAINT member_likes_what_can_be_liked CHECK (target IN ('post', 'comment'))
);
CREATE TABLE likes_given_on_day (
  giver_id uuid NOT NULL,
  day      date NOT NULL,
  given    integer NOT NULL,
  PRIMARY KEY (giver_id, day),
  CONSTRAINT likes_given_on_day_count CHECK (given > 0)
) WITH (fillfactor = 70);
CREATE TABLE likes_given_in_month (
  giver_id  uuid NOT NULL,
  author_id uuid NOT NULL,
  month     date NOT NULL,
  given     integer NOT NULL,
  PRIMARY KEY (giver_id, author_id, month),
  CONSTRAINT likes_given_to_others CHECK (giver_id <> author_id),
  CONSTRAINT likes_given_in_month_count CHECK (given > 0 AND extract(day FROM month) = 1)
) WITH (fillfactor = 70);
"""

# `code` tells in a link who shared. A visitor is known by a keyed digest and by nothing else.
SHARE = """
CREATE TABLE share (
  member_id uuid NOT NULL,
  post_id   uuid NOT NULL,
  code      text NOT NULL,
  since     timestamptz NOT NULL,
  visits    integer NOT NULL DEFAULT 0,
  PRIMARY KEY (member_id, post_id),
  CONSTRAINT share_code_is_unique UNIQUE (code),
  CONSTRAINT share_visits_count CHECK (visits >= 0)
) WITH (fillfactor = 70);
CREATE TABLE share_visit (
  code       text NOT NULL,
  visitor    bytea NOT NULL,
  visited_at timestamptz NOT NULL,
  PRIMARY KEY (code, visitor),
  CONSTRAINT share_visitor_is_a_digest CHECK (length(visitor) = 16)
);
CREATE INDEX share_visit_age ON share_visit USING brin (visited_at);
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0001_posts")]

    operations = [ops.RunSQL(part) for part in (FOLLOW_COUNT, COMMENT, LIKE, SHARE)]
