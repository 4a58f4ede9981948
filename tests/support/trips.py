"""Counting trips to PostgreSQL and Redis: how a test notices that a list is loaded one by one.

assert await trips_of(few, platform, programmes) == await trips_of(many, platform, programmes)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias, cast
from uuid import UUID

import asyncpg
import pytest
import strawberry
from redis.asyncio.connection import AbstractConnection

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.feeds.products import posts_of_products
from api.members.types import existing_members, members_with_avatars
from api.schema import build_schema
from domain.members import Role, Viewer
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.platform import Platform

Trips: TypeAlias = Counter[str]
"""How often each statement was sent, by its beginning, and Redis asked."""

_TURNS = 4  # the first two are interpreted, the others compiled


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of this process, and `redis` for each trip there, while it lasts."""
    trips: list[str] = []
    execute = cast("Any", asyncpg.Connection)._execute
    send = cast("Any", AbstractConnection)._send_packed_command

    async def executed(self: object, query: str, *args: object, **kwargs: object) -> object:
        trips.append(query)
        return await execute(self, query, *args, **kwargs)

    async def sent(self: object, *args: object, **kwargs: object) -> object:
        trips.append("redis")
        return await send(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncpg.Connection, "_execute", executed)
        patch.setattr(AbstractConnection, "_send_packed_command", sent)
        yield trips


@dataclass(frozen=True)
class Asked:
    """A query, what it is sent with, and who asks."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    viewer: UUID | None = None
    roles: frozenset[Role] = frozenset({Role.SHOPPER})


async def trips_of(
    asked: Asked, platform: Platform, programmes: Programmes
) -> tuple[Any, list[Trips]]:
    """The data, and the trips that it takes when interpreted and when compiled.

    Each way is gone twice, and the second time counts: connections, scripts and the programme
    are there by then.
    """
    engine, counts, data = Engine(_schema()), list[Trips](), None
    operation = await engine.prepare(Request(asked.query, None, dict(asked.variables)))
    assert isinstance(operation, Operation), operation
    for _ in range(_TURNS):
        with counted() as trips:
            outcome = await engine.execute(operation, _context(asked, platform, programmes))
        assert not outcome.errors, outcome.errors
        counts.append(Counter(trip.strip()[:60] for trip in trips))
        data = outcome.data
    return data, counts[1::2]


def _context(asked: Asked, platform: Platform, programmes: Programmes) -> Context:
    nothing = cast("Any", None)
    services = Services(
        platform,
        programmes,
        nothing,
        nothing,
        existing_members,
        members_with_avatars,
        product_posts=posts_of_products,
    )
    ends = datetime.now(UTC) + timedelta(hours=1)
    viewer = Viewer(asked.viewer, asked.roles, None, ends) if asked.viewer else None
    return Context(viewer, Locale.EN, "request", services)


@cache
def _schema() -> strawberry.Schema:
    return build_schema()
