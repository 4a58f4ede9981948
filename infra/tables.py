# pyright: reportIncompatibleVariableOverride=false
"""Tables of the foundation that the ORM knows. The activity log is SQL only: see ADR 3."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class OutboxMessage(Model):
    """What must still be told to Redis about a committed transaction."""

    id = fields.BigIntField(primary_key=True, generated=True)
    topic = fields.CharField(max_length=64)
    payload = fields.JSONField[object]()
    created_at = fields.DatetimeField()

    class Meta:
        table = "outbox"
