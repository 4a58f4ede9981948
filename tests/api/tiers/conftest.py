"""The whole schema over a shop with tiers, asked as a client does."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.members.types import existing_members
from domain.members import Role, Viewer
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.platform import Platform
from tests.gamification.tiers.conftest import TierShop
from tests.support.hearing import hearing

STRANGER = UUID(int=7)


@dataclass
class Desk:
    """Clients of a shop; `who` is a customer number, None a visitor."""

    shop: TierShop
    engine: Engine
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        nothing = cast("Any", None)
        shop = self.shop
        self.services = Services(shop.platform, shop.programmes, nothing, nothing, existing_members)

    async def context(
        self, who: str | None, roles: tuple[Role, ...], locale: Locale = Locale.EN
    ) -> Context:
        if who is None and not roles:
            return Context(None, locale, "request", self.services)
        member = await self.shop.member(who) if who else STRANGER
        lasts = datetime.now(UTC) + timedelta(hours=1)
        viewer = Viewer(member, frozenset(roles), None, lasts)
        return Context(viewer, locale, "request", self.services)

    async def prepared(self, query: str, variables: dict[str, Any]) -> Operation:
        operation = await self.engine.prepare(Request(query, None, variables))
        assert isinstance(operation, Operation), operation.errors
        return operation

    async def ask(
        self,
        query: str,
        who: str | None = None,
        *roles: Role,
        locale: Locale = Locale.EN,
        **variables: object,
    ) -> Any:  # noqa: ANN401 - JSON
        operation = await self.prepared(query, variables)
        outcome = await self.engine.execute(operation, await self.context(who, roles, locale))
        assert not outcome.errors, outcome.errors
        return outcome.data

    async def raised(self, query: str, who: str | None, *roles: Role, **variables: object) -> Any:  # noqa: ANN401
        """What top-level errors were raised as."""
        operation = await self.prepared(query, variables)
        outcome = await self.engine.execute(operation, await self.context(who, roles))
        return [type(error.original_error) for error in outcome.errors or ()]

    async def follow(self, query: str, who: str) -> AsyncGenerator[Any, None]:
        context = await self.context(who, ())
        operation = await self.prepared(query, {})
        async for outcome in self.engine.subscribe(operation, lambda: context):
            assert not outcome.errors, outcome.errors
            yield outcome.data


@pytest.fixture
async def desk(platform: Platform, programmes: Programmes, engine: Engine) -> AsyncIterator[Desk]:
    async with hearing(platform.pubsub):
        yield Desk(TierShop(platform, programmes), engine)
