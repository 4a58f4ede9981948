"""The programme's clock, the activity log with its partitions, idempotency, and the outbox."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

CLOCK = """
CREATE TABLE programme_clock (
  id    smallint PRIMARY KEY DEFAULT 1 CONSTRAINT programme_clock_is_one_row CHECK (id = 1),
  ahead interval NOT NULL DEFAULT interval '0'
    CONSTRAINT programme_clock_runs_forward CHECK (ahead >= interval '0'),
  sandbox boolean NOT NULL DEFAULT false,
  CONSTRAINT programme_clock_is_moved_in_sandboxes CHECK (sandbox OR ahead = interval '0')
);
INSERT INTO programme_clock DEFAULT VALUES;
"""

# `applied_order` is set when the transaction that records an activity also applies it; the
# others are read by the consumer of their partition in (xid, sequence) order.
ACTIVITY_LOG = """
CREATE SEQUENCE activity_applied_order;
CREATE TABLE activity (
  id            uuid PRIMARY KEY,
  member_id     uuid NOT NULL,
  partition     smallint NOT NULL,
  xid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
  sequence      bigint GENERATED ALWAYS AS IDENTITY,
  type          text NOT NULL
    CONSTRAINT activity_type_is_named CHECK (type ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'),
  source        text NOT NULL,
  external_id   text NOT NULL,
  occurred_at   timestamptz NOT NULL,
  received_at   timestamptz NOT NULL,
  attributes    jsonb NOT NULL,
  digest        bytea NOT NULL CONSTRAINT activity_digest_is_16_bytes CHECK (length(digest) = 16),
  depth         smallint NOT NULL DEFAULT 0
    CONSTRAINT activity_depth_is_bounded CHECK (depth BETWEEN 0 AND 4),
  applied_order bigint,
  CONSTRAINT activity_is_named_once UNIQUE (source, external_id)
);
CREATE INDEX activity_waiting ON activity (partition, xid, sequence) WHERE applied_order IS NULL;
CREATE INDEX activity_waiting_of_member
  ON activity (member_id, xid, sequence) WHERE applied_order IS NULL;

CREATE TABLE activity_application (
  activity_id   uuid PRIMARY KEY REFERENCES activity (id),
  applied_order bigint NOT NULL DEFAULT nextval('activity_applied_order'),
  applied_at    timestamptz NOT NULL
);

CREATE TABLE activity_partition (
  partition    smallint PRIMARY KEY,
  cursor_xid   xid8 NOT NULL DEFAULT '0',
  cursor_seq   bigint NOT NULL DEFAULT 0,
  owner        uuid,
  leased_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO activity_partition (partition) SELECT generate_series(0, 15);
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER activity_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER activity_application_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_application
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


# What a mutation with an idempotency key answered, per calling account; kept at least 30 days.
IDEMPOTENCY = """
CREATE TABLE idempotency (
  actor_id   uuid NOT NULL,
  verb       text NOT NULL,
  key        text NOT NULL,
  digest     bytea NOT NULL,
  result     jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (actor_id, verb, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
"""


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("topic", fields.CharField(max_length=64)),
                ("payload", fields.JSONField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "outbox", "app": "infra", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.RunSQL("ALTER TABLE outbox ALTER created_at SET DEFAULT clock_timestamp()"),
        ops.RunSQL(CLOCK),
        ops.RunSQL(ACTIVITY_LOG),
        ops.RunSQL(APPEND_ONLY),
        ops.RunSQL(IDEMPOTENCY),
    ]
