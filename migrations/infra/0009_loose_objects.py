"""Objects that no picture may name: they are written before the row that names them."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Whoever writes an object puts its name here first, and takes it out with the row that names the
# object. Whoever lets a row go puts the names here again. What stays is swept: `taken_at` says that
# a sweeper is about to remove the object, which must then be written anew.
LOOSE_OBJECT = """
CREATE TABLE loose_object (
  name     text PRIMARY KEY,
  since    timestamptz NOT NULL DEFAULT now(),
  taken_at timestamptz
);
CREATE INDEX loose_object_age ON loose_object (since);
CREATE INDEX image_objects ON image USING gin (objects);
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0008_credential_keys")]

    operations = [ops.RunSQL(LOOSE_OBJECT)]
