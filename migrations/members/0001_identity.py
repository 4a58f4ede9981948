"""Members with their verified accounts, sessions, sign-in codes and signing keys."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops

MEMBER = """
ALTER TABLE member
  ALTER roles SET DEFAULT '{SHOPPER}',
  ADD CONSTRAINT member_customer_ref_is_unique UNIQUE (customer_ref),
  ADD CONSTRAINT member_handle_is_unique UNIQUE (handle),
  ADD CONSTRAINT member_customer_ref_is_named CHECK (length(customer_ref) BETWEEN 1 AND 254),
  ADD CONSTRAINT member_handle_is_readable CHECK (handle ~ '^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$'),
  ADD CONSTRAINT member_is_called_something CHECK (length(display_name) > 0),
  ADD CONSTRAINT member_roles_are_known
    CHECK (cardinality(roles) > 0 AND roles <@ '{SHOPPER,MODERATOR,ADMIN,SERVICE}'),
  ADD CONSTRAINT member_locale_is_known CHECK (locale IN ('zh-CN', 'zh-TW', 'en')),
  ADD CONSTRAINT member_merges_into_another
    CHECK (merged_into <> id AND (merged_into IS NULL OR customer_ref IS NULL)),
  ADD CONSTRAINT member_merges_into_member FOREIGN KEY (merged_into) REFERENCES member (id);
CREATE INDEX member_birthday ON member (birthday) WHERE birthday IS NOT NULL;
"""

ACCOUNT = """
ALTER TABLE account
  ADD CONSTRAINT account_belongs_to_member FOREIGN KEY (member_id) REFERENCES member (id),
  ADD CONSTRAINT account_kind_is_known CHECK (kind IN ('EMAIL', 'PHONE')),
  ADD CONSTRAINT account_is_normalised
    CHECK (CASE kind WHEN 'PHONE' THEN value ~ '^[+][0-9]{3,15}$' ELSE value LIKE '_%@_%' END);
CREATE INDEX account_of_member ON account (member_id);
"""

SESSION = """
ALTER TABLE session
  ADD CONSTRAINT session_belongs_to_member FOREIGN KEY (member_id) REFERENCES member (id);
CREATE INDEX session_of_member ON session (member_id);
CREATE INDEX session_expiry ON session (expires_at);
ALTER TABLE refresh_token
  ADD CONSTRAINT refresh_token_belongs_to_session
    FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX refresh_token_one_is_unused ON refresh_token (session_id) WHERE used_at IS NULL;
CREATE INDEX refresh_token_of_session ON refresh_token (session_id);
"""

SIGN_IN_CODE = """
CREATE INDEX sign_in_code_expiry ON sign_in_code (expires_at);
ALTER TABLE sign_in_code
  ALTER tries SET DEFAULT 0,
  ADD CONSTRAINT sign_in_code_burns_after_five_tries CHECK (tries BETWEEN 0 AND 5);
"""

SIGNING_KEY = """
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key ((true)) WHERE retired_at IS NULL;
"""


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Member",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("customer_ref", fields.TextField(null=True, unique=False)),
                ("handle", fields.TextField(unique=False)),
                ("display_name", fields.TextField(unique=False)),
                ("bio", fields.TextField(null=True, unique=False)),
                ("locale", fields.TextField(null=True, unique=False)),
                ("birthday", fields.DateField(null=True)),
                ("roles", ArrayField(element_type="text")),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "profile_completed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("merged_into", fields.UUIDField(null=True)),
            ],
            options={"table": "member", "app": "members", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Account",
            fields=[
                (
                    "value",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=254),
                ),
                ("kind", fields.TextField(unique=False)),
                ("member_id", fields.UUIDField()),
                ("verified_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "account", "app": "members", "pk_attr": "value"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("member_id", fields.UUIDField()),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "session", "app": "members", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshToken",
            fields=[
                (
                    "digest",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("session_id", fields.UUIDField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "refresh_token", "app": "members", "pk_attr": "digest"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "account",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=254),
                ),
                ("digest", fields.CharField(max_length=64)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("tries", fields.SmallIntField()),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("asked_at", ArrayField(element_type="timestamptz")),
            ],
            options={"table": "sign_in_code", "app": "members", "pk_attr": "account"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "kid",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("private_jwk", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("needed_until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "signing_key", "app": "members", "pk_attr": "kid"},
            bases=["Model"],
        ),
        ops.RunSQL(MEMBER),
        ops.RunSQL(ACCOUNT),
        ops.RunSQL(SESSION),
        ops.RunSQL(SIGN_IN_CODE),
        ops.RunSQL(SIGNING_KEY),
    ]
