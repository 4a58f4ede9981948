"""The fields of leaderboards over real engines, asked as a client does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
import strawberry

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.leaderboards.fields import (
    LeaderboardMutations,
    LeaderboardQueries,
    LeaderboardSubscriptions,
)
from api.leaderboards.nodes import leaderboard_nodes, season_nodes
from api.members.types import existing_members
from api.relay import Nodes, node_query
from api.scalars import schema_config
from domain.members import Role, Viewer
from domain.metrics import Count
from gamification.leaderboards import leagues, scoring, service
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from infra.platform import Platform
from members.enrolment import enrol
from tests.support.hearing import hearing

NODES = Nodes({Kind.LEADERBOARD: leaderboard_nodes, Kind.LEADERBOARD_SEASON: season_nodes})


@strawberry.type
class Query(node_query(NODES), LeaderboardQueries):  # type: ignore[misc]
    pass


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=LeaderboardMutations,
        subscription=LeaderboardSubscriptions,
        config=schema_config(),
    )


@dataclass
class Shop:
    """Members score, clients ask."""

    platform: Platform
    programmes: Programmes
    engine: Engine
    services: Services
    members: dict[str, UUID]

    async def enrol(self, *refs: str) -> None:
        async with self.platform.database.transaction() as tx:
            found = await enrol(tx, refs, await self.platform.clock.now())
        self.members |= {one.ref: one.member_id for one in found}

    def id_of(self, ref: str) -> str:
        return encode_id(Kind.MEMBER, self.members[ref])

    async def score(self, *scores: tuple[str, str], days_ago: int = 0) -> None:
        programme = await self.programmes.current(self.platform.database)
        now = await self.platform.clock.now() - timedelta(days=days_ago)
        counts = [
            Count(board.metric_id, self.members[ref], Decimal(amount), now, now)
            for board in programme.boards[:1]
            for ref, amount in scores
        ]
        async with self.platform.database.transaction() as tx:
            states = await scoring.add(
                tx, programme.boards, counts, zone=programme.settings.zone, now=now
            )
            await leagues.enqueue(tx, programme.boards, states)
            await service.announce(tx, self.platform, states)

    def viewer(self, who: str | None, roles: Sequence[Role] = ()) -> Viewer | None:
        if who is None:
            return None
        lasts = datetime.now(UTC) + timedelta(hours=1)
        return Viewer(self.members[who], frozenset(roles), None, lasts)

    def context(self, viewer: Viewer | None) -> Context:
        return Context(viewer, Locale.EN, "request", self.services)

    async def prepared(self, query: str, variables: dict[str, Any]) -> Operation:
        operation = await self.engine.prepare(Request(query, None, variables))
        assert isinstance(operation, Operation), operation.errors
        return operation

    async def ask(
        self, query: str, who: str | None = None, *roles: Role, **variables: object
    ) -> dict[str, Any]:
        operation = await self.prepared(query, variables)
        outcome = await self.engine.execute(operation, self.context(self.viewer(who, roles)))
        assert not outcome.errors, outcome.errors
        assert outcome.data is not None
        return outcome.data

    async def follow(self, query: str, who: str | None = None) -> AsyncIterator[dict[str, Any]]:
        viewer = self.viewer(who)
        operation = await self.prepared(query, {})
        async for outcome in self.engine.subscribe(operation, lambda: self.context(viewer)):
            assert not outcome.errors, outcome.errors
            yield cast("dict[str, Any]", outcome.data)


@pytest.fixture
async def shop(
    platform: Platform, programmes: Programmes, schema: strawberry.Schema
) -> AsyncIterator[Shop]:
    nothing = cast("Any", None)
    services = Services(platform, programmes, nothing, nothing, existing_members)
    async with hearing(platform.pubsub):
        shop = Shop(platform, programmes, Engine(schema), services, {})
        await shop.enrol("ana", "bo", "cy", "designer")
        yield shop
