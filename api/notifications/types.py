"""Notifications: what a member was told, in the reader's language, and whether they read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.notifications.enums import NotificationKind
from api.notifications.neighbours import told_of
from api.notifications.rulings import NOUN, policies_of
from api.notifications.subjects import SUBJECTS, Named, Names, names_of, section_of, subject_of
from api.notifications.wording import (
    community_words,
    decision_words,
    link_of,
    words,
)
from api.payloads import Payload
from api.relay import Node, PageInfo, edges_of
from domain.notifications import TOPICS
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset
from messaging.notifications import store
from messaging.notifications.store import NotificationRow

BY_ID: Final = keyset(UUID)
"""The order of notifications: their ids are in the order in which they were made."""


@strawberry.type(description="Something that a member was told.")
class Notification(Node):
    row: strawberry.Private[NotificationRow]
    kind: NotificationKind = strawberry.field(description="What it is about.")
    created_at: datetime = strawberry.field(description="When the member was told.")
    read_at: datetime | None = strawberry.field(description="When they read it; null before.")

    @classmethod
    def of(cls, row: NotificationRow) -> Notification:
        return cls(
            id=strawberry.ID(encode_id(Kind.NOTIFICATION, row.id)),
            row=row,
            kind=TOPICS[row.activity.type].kind,
            created_at=row.created_at,
            read_at=row.read_at,
        )

    @batch_field(description="What happened, in a few words of the request's language.")
    @staticmethod
    async def title(notifications: Sequence[Notification], info: Info) -> list[str]:
        return await _words(info.context, "title", notifications)

    @batch_field(description="A sentence more about it, in the request's language.")
    @staticmethod
    async def body(notifications: Sequence[Notification], info: Info) -> list[str]:
        return await _words(info.context, "body", notifications)

    @field(description="Where in the app to look: a path that begins with a slash.")
    def link(self) -> str | None:
        return link_of(self.row.activity)

    @batch_field(
        description="What it is about, as it is now; null for what is gone, or cannot be seen.",
        reads_viewer=True,
    )
    @staticmethod
    async def subject(
        notifications: Sequence[Notification], info: Info
    ) -> list[Node | Exception | None]:
        context = info.context
        named = await _named(context, notifications)
        ids = [
            subject_of(one.row.activity, name)
            for one, name in zip(notifications, named, strict=True)
        ]
        return await SUBJECTS.many(context, [one or "" for one in ids])


@strawberry.type(description="A notification and its place in the list.")
class NotificationEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Notification = strawberry.field(description="The notification.")


@strawberry.type(description="A page of notifications, newest first.")
class NotificationConnection:
    member_id: strawberry.Private[UUID]
    edges: list[NotificationEdge] = strawberry.field(description="Notifications with cursors.")
    nodes: list[Notification] = strawberry.field(description="The notifications alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[NotificationRow], member_id: UUID) -> NotificationConnection:
        made = page.map(Notification.of)
        return cls(
            member_id=member_id,
            edges=edges_of(made, NotificationEdge),
            nodes=list(made.items),
            page_info=PageInfo.of(made),
        )

    @batch_field(description="How many of all notifications are not read yet.")
    @staticmethod
    async def unread_count(connections: Sequence[NotificationConnection], info: Info) -> list[int]:
        ids = [one.member_id for one in connections]
        found = await store.unread(info.context.services.platform.database, ids)
        return [found[one] for one in ids]


@strawberry.input(description="Which notifications were read.")
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="These, up to 1,000."
    )
    all: bool | None = strawberry.field(default=False, description="Everything up to now.")


@strawberry.type(description="What is left to read.")
class MarkNotificationsReadPayload(Payload):
    unread_count: int = strawberry.field(description="How many are not read; 0 when refused.")


async def notifications_of_members(
    context: Context,
    member_ids: Sequence[UUID],
    *,
    unread_only: bool,
    first: int | None,
    after: str | None,
) -> list[NotificationConnection | None]:
    """A page of each member's notifications, for whom the viewer may see."""
    window = BY_ID.window(first, after)
    seen = [one for one in member_ids if context.sees_private(one)]
    found = await store.pages(
        context.services.platform.database,
        seen,
        unread_only=unread_only,
        before=window.after[0] if window.after else None,
        limit=window.limit,
    )
    pages = {
        one: NotificationConnection.of(window.page(rows, key=lambda row: (row.id,)), one)
        for one, rows in zip(seen, found, strict=True)
    }
    return [pages.get(one) for one in member_ids]


async def notification_nodes(
    context: Context, ids: list[GlobalId]
) -> Sequence[Notification | None]:
    """For the member, admins and service accounts."""
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    rows = [found.get(one.key) if one.number is None else None for one in ids]
    return [
        None if row is None or not context.sees_private(row.member_id) else Notification.of(row)
        for row in rows
    ]


async def _words(context: Context, part: str, notifications: Sequence[Notification]) -> list[str]:
    services = context.services
    zone = (await services.programmes.current(services.platform.database)).settings.zone
    activities = [one.row.activity for one in notifications]
    named = await _named(context, notifications)
    told = await told_of(context, activities)
    policies = await policies_of(context, activities)

    def worded(place: int) -> str:
        activity, other = activities[place], told[place]
        if activity.type.startswith(f"{NOUN}."):
            return decision_words(context.say, part, activity, policies[place], zone)
        if other is not None:
            return community_words(context.say, part, notifications[place].row, other)
        return words(context.say, part, activity, named[place], zone)

    return [worded(place) for place in range(len(notifications))]


async def _named(context: Context, notifications: Sequence[Notification]) -> list[Named | None]:
    """The thing that each notification is about, if it has a name: a statement a section."""
    sections = [section_of(one.row.activity) for one in notifications]
    wanted = list(dict.fromkeys(one for one in sections if one is not None))
    loaded: dict[object, Names] = dict(
        zip(wanted, await context.load_many(names_of, wanted), strict=True)
    )
    return [
        None if section is None else loaded[section].get(str(one.row.activity.attributes[section]))
        for one, section in zip(notifications, sections, strict=True)
    ]
