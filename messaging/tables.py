"""What members were told. Columns only; constraints are in the migration."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Notification(Model):
    """A member is told of an activity; what it says is made when it is read.

    Of several that were joined (`group_key`) it names the newest; `told` is how many there are.
    """

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    activity_id = fields.UUIDField()
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)
    group_key = fields.TextField(null=True)
    told = fields.IntField(default=1)

    class Meta:
        table = "notification"
