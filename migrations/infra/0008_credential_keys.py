"""The keys that sign what others verify long after: credentials of badges."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# A retired key signs nothing more and is published for ever: what it signed stays true.
CREDENTIAL_KEY = """
CREATE TABLE credential_key (
  kid         text PRIMARY KEY,
  private_jwk text NOT NULL,
  created_at  timestamptz NOT NULL,
  retired_at  timestamptz
);
CREATE UNIQUE INDEX credential_key_one_signs ON credential_key ((true)) WHERE retired_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0007_log_readers")]

    operations = [ops.RunSQL(CREDENTIAL_KEY)]
