"""Tables of identity. Checks, database defaults and foreign keys are in the migrations."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class Member(Model):
    """A person or a staff account. Who was merged into another keeps the row, not the number."""

    id = fields.UUIDField(primary_key=True)
    customer_ref = fields.TextField(null=True)
    handle = fields.TextField()
    display_name = fields.TextField()
    bio = fields.TextField(null=True)
    locale = fields.TextField(null=True)
    birthday = fields.DateField(null=True)
    roles = ArrayField(element_type="text")
    joined_at = fields.DatetimeField()
    profile_completed_at = fields.DatetimeField(null=True)
    merged_into = fields.UUIDField(null=True)
    avatar_image_id = fields.UUIDField(null=True)

    class Meta:
        table = "member"


class Account(Model):
    """An e-mail address or phone number that a member has shown to be theirs, normalised."""

    value = fields.CharField(max_length=254, primary_key=True)
    kind = fields.TextField()
    member_id = fields.UUIDField()
    verified_at = fields.DatetimeField()

    class Meta:
        table = "account"


class Session(Model):
    """A signed-in device, in real time. Its refresh tokens are one family."""

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    started_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "session"


class RefreshToken(Model):
    """A refresh token by its SHA-256; a used one stays until it expires, to tell a thief."""

    digest = fields.CharField(max_length=64, primary_key=True)
    session_id = fields.UUIDField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_token"


class SignInCode(Model):
    """The newest code of an account by its keyed hash, and when codes were asked for lately."""

    account = fields.CharField(max_length=254, primary_key=True)
    digest = fields.CharField(max_length=64)
    expires_at = fields.DatetimeField()
    tries = fields.SmallIntField()
    used_at = fields.DatetimeField(null=True)
    asked_at = ArrayField(element_type="timestamptz")

    class Meta:
        table = "sign_in_code"


class SigningKey(Model):
    """A private Ed25519 JWK. One signs; retired ones verify while a token of theirs may live."""

    kid = fields.CharField(max_length=64, primary_key=True)
    private_jwk = fields.TextField()
    created_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)
    needed_until = fields.DatetimeField()

    class Meta:
        table = "signing_key"
