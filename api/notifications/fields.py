"""Marking notifications as read, and following them live."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from api.execution.context import Info
from api.execution.fields import subscription
from api.notifications.types import (
    MarkNotificationsReadInput,
    MarkNotificationsReadPayload,
    Notification,
)
from api.payloads import mutation
from infra.ids import Kind, decode_key
from messaging.notifications import service


@strawberry.type
class NotificationMutations:
    @mutation(
        description="Marks the viewer's notifications as read. Doing it again changes nothing."
    )
    async def mark_notifications_read(
        self,
        info: Info,
        input: MarkNotificationsReadInput,  # noqa: A002
    ) -> MarkNotificationsReadPayload:
        member_id = info.context.signed_in()
        unread = await service.mark_read(
            info.context.services.platform,
            member_id,
            [decode_key(one, Kind.NOTIFICATION) for one in input.ids or ()],
            everything=bool(input.all),
        )
        return MarkNotificationsReadPayload(unread_count=unread)


@strawberry.type
class NotificationSubscriptions:
    @subscription(description="The viewer's own notifications: each one as it is made.")
    async def notification_received(self, info: Info) -> AsyncIterator[Notification]:
        member_id = info.context.signed_in()
        async for row in service.follow(info.context.services.platform, member_id):
            yield Notification.of(row)
