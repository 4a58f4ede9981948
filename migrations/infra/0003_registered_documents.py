"""The GraphQL documents that a deployment trusts, each text under its hash."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# The database itself sees to it that a hash never stands for another text.
REGISTERED_DOCUMENT = """
CREATE TABLE registered_document (
  digest        bytea PRIMARY KEY,
  name          text NOT NULL,
  body          text NOT NULL,
  registered_at timestamptz NOT NULL,
  CONSTRAINT registered_document_digest_is_of_body
    CHECK (digest = sha256(convert_to(body, 'UTF8')))
);
"""


class Migration(migrations.Migration):
    dependencies = [("infra", "0002_milestones")]

    operations = [ops.RunSQL(REGISTERED_DOCUMENT)]
