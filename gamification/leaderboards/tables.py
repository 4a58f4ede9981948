"""The boards. Metrics, seasons and standings are SQL only: see `store`."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from domain.boards import Period
from domain.metrics import Measure


class Leaderboard(Model):
    """A board as it is now. Its id is a UUIDv7, so ids are in the order of creation."""

    id = fields.UUIDField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True)
    name = fields.TextField()
    unit = fields.TextField()
    period = fields.CharEnumField(Period, max_length=8)
    metric_id = fields.UUIDField()
    measure = fields.CharEnumField(Measure, max_length=8, default=Measure.COUNT)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(null=True)
    grace_hours = fields.IntField(default=24)
    prizes = fields.JSONField[list[Any]](null=True)
    cut_at = fields.DatetimeField(null=True)
    league = fields.JSONField[dict[str, Any]](null=True)
    teams_of = fields.UUIDField(null=True)

    class Meta:
        table = "leaderboard"
