"""Pictures that members send: tickets to send them by, and whose they are."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# A ticket lets one file be sent, again and again until it is completed; `image_id` is what it
# became. `tries` counts completions that were begun: each may cost seconds.
UPLOAD = """
CREATE TABLE image_upload (
  id           uuid PRIMARY KEY,
  member_id    uuid NOT NULL,
  content_type text NOT NULL,
  byte_size    integer NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  tries        smallint NOT NULL DEFAULT 0,
  image_id     uuid,
  completed_at timestamptz,
  swept_at     timestamptz,
  CONSTRAINT image_upload_makes_one_image UNIQUE (image_id),
  CONSTRAINT image_upload_is_completed_with_an_image
    CHECK ((image_id IS NULL) = (completed_at IS NULL)),
  CONSTRAINT image_upload_lives_for_a_while CHECK (expires_at > created_at),
  CONSTRAINT image_upload_has_a_size CHECK (byte_size BETWEEN 1 AND 20971520)
);
CREATE INDEX image_upload_open ON image_upload (member_id, expires_at) WHERE image_id IS NULL;
CREATE INDEX image_upload_unswept ON image_upload (expires_at) WHERE swept_at IS NULL;
CREATE INDEX image_upload_age ON image_upload (created_at);
"""

# `unused_since` is null while a post or a profile shows the picture: one row is in one place, and
# whoever takes it for a place changes it from a time to null. The hashes are those of the picture
# and of its mirror image, 64 bits each, read as signed.
MEMBER_IMAGE = """
CREATE TABLE member_image (
  image_id     uuid PRIMARY KEY,
  member_id    uuid NOT NULL,
  uploaded_at  timestamptz NOT NULL,
  unused_since timestamptz,
  hash         bigint NOT NULL,
  mirror_hash  bigint NOT NULL
);
CREATE INDEX member_image_of_member ON member_image (member_id, unused_since);
CREATE INDEX member_image_unused ON member_image (unused_since) WHERE unused_since IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0003_feeds_and_search")]

    operations = [ops.RunSQL(UPLOAD), ops.RunSQL(MEMBER_IMAGE)]
