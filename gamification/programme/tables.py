# pyright: reportIncompatibleVariableOverride=false
"""The programme's settings, tiers and rules. Columns only; constraints are in the migration.

Names are bounded in characters as people see them, which no column type can count.
"""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class ProgrammeSettings(Model):
    id = fields.SmallIntField(primary_key=True, generated=False)
    version = fields.BigIntField()
    name = fields.TextField()
    time_zone = fields.CharField(max_length=64)
    currency = fields.CharField(max_length=3)
    point_worth = fields.DecimalField(max_digits=20, decimal_places=6)
    debt_policy = fields.CharField(max_length=20)
    new_author_reviews = fields.IntField()

    class Meta:
        table = "programme"


class Tier(Model):
    id = fields.UUIDField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True)
    name = fields.TextField()
    level = fields.IntField(unique=True)
    threshold = fields.BigIntField()
    points_multiplier = fields.DecimalField(max_digits=10, decimal_places=4)

    class Meta:
        table = "tier"


class EarnRule(Model):
    """One version of a rule; versions are never changed, only followed by others."""

    id = fields.UUIDField(primary_key=True)
    key = fields.CharField(max_length=60)
    version = fields.IntField()
    name = fields.TextField()
    state = fields.CharField(max_length=10)
    trigger = fields.CharField(max_length=200)
    condition = fields.TextField(null=True)
    points = fields.TextField()
    tier_multiplied = fields.BooleanField()
    pending_days = fields.IntField()
    expires_after_days = fields.IntField(null=True)
    cap_per_member_per_day = fields.BigIntField(null=True)
    budget = fields.BigIntField(null=True)
    coupon_key = fields.CharField(max_length=60, null=True)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "earn_rule"
