"""Members who are told of what befalls them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.activity import LAURELS, Activity
from gamification.programme.current import Programmes
from infra.ids import new_id
from infra.platform import Platform
from messaging.notifications import store, telling
from messaging.notifications.invariants import INVARIANTS
from messaging.notifications.store import NotificationRow
from tests.support.shop import Shop


@dataclass
class Office(Shop):
    """Tells members what the log says of them."""

    async def befall(
        self,
        type_: str,
        ref: str = "C-1",
        *,
        ago: timedelta = timedelta(0),
        **said: Any,  # noqa: ANN401
    ) -> Activity:
        """Something that Laurels records about a member, and leaves to the engine."""
        [member_id] = await self.join(ref)
        now: datetime = await self.platform.clock.now()
        key = new_id()
        name = f"{type_}:{key}"
        activity = Activity(key, member_id, type_, LAURELS, name, now - ago, now, said)
        await self.record(activity)
        return activity

    async def catch_up(self) -> list[NotificationRow]:
        """Reads the log to its end; what C-1 knows after that."""
        await read_log(self)
        return await self.told()

    async def told(self, ref: str = "C-1", *, unread_only: bool = False) -> list[NotificationRow]:
        """Newest first."""
        member = await self.member(ref)
        [page] = await store.pages(
            self.platform.database, [member], unread_only=unread_only, before=None, limit=100
        )
        return page

    async def types(self, ref: str = "C-1") -> Sequence[str]:
        """Oldest first."""
        return [row.activity.type for row in reversed(await self.told(ref))]


UNREAD_BY_THE_READER = (
    "activity a LEFT JOIN activity_reader r USING (partition) WHERE a.source = 'laurels'"
    " AND (a.xid, a.sequence) > (coalesce(r.cursor_xid, '0'), coalesce(r.cursor_seq, 0))"
)


async def read_log(shop: Shop) -> None:
    """Lets notifications be made of all that the log has, whoever holds its horizon."""
    while await shop.count(UNREAD_BY_THE_READER):
        await telling.tell_next(shop.platform)


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Office]:
    yield Office(platform, programmes)
    for one in INVARIANTS:
        assert await platform.database.fetch(one.violations) == [], one.name
