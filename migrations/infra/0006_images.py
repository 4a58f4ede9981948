"""Pictures that are served: what is shown while they load, and the objects of their sizes."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# `origin` says what drew a picture that was drawn here, so that it is drawn once; a picture that
# somebody sent has none. Sizes are kept largest first; an object is named by its own digest.
IMAGE = """
CREATE TABLE image (
  id         uuid PRIMARY KEY,
  origin     text,
  alt        text,
  thumbhash  bytea NOT NULL,
  color      text NOT NULL,
  widths     integer[] NOT NULL,
  heights    integer[] NOT NULL,
  objects    text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT image_origin UNIQUE (origin),
  CONSTRAINT image_color_is_one CHECK (color ~ '^#[0-9a-f]{6}$'),
  CONSTRAINT image_sizes_belong_together CHECK (
    cardinality(widths) >= 1
    AND cardinality(widths) = cardinality(heights) AND cardinality(widths) = cardinality(objects)
  )
);
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0005_programme_of_application")]

    operations = [ops.RunSQL(IMAGE)]
