"""Clients of a shop: the whole schema over the real engines, asked as an app asks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from api.deals.offers import offers_of_products
from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.feeds.products import posts_of_products
from api.members.types import existing_members
from api.posts.types import posts_by_id
from domain.members import Role, Viewer
from infra.i18n import Locale
from tests.support.shop import Shop

STRANGER = UUID(int=7)


@dataclass
class Clients:
    """`who` is a customer number; None is a visitor, or with roles a stranger of the staff."""

    shop: Shop
    engine: Engine
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        nothing = cast("Any", None)
        shop = self.shop
        self.services = Services(
            shop.platform,
            shop.programmes,
            nothing,
            nothing,
            existing_members,
            product_posts=posts_of_products,
            posts=posts_by_id,
            product_offers=offers_of_products,
        )

    async def ask(
        self,
        query: str,
        who: str | None = None,
        *roles: Role,
        locale: Locale = Locale.EN,
        **variables: object,
    ) -> Any:  # noqa: ANN401 - JSON
        """The data of an answer without errors."""
        outcome = await self._execute(query, who, roles, locale, variables)
        assert not outcome.errors, outcome.errors
        return outcome.data

    async def raised(self, query: str, who: str | None, *roles: Role, **variables: object) -> Any:  # noqa: ANN401
        """What top-level errors were raised as."""
        outcome = await self._execute(query, who, roles, Locale.EN, variables)
        return [type(error.original_error) for error in outcome.errors or ()]

    async def _execute(
        self,
        query: str,
        who: str | None,
        roles: tuple[Role, ...],
        locale: Locale,
        variables: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - an outcome
        operation = await self.engine.prepare(Request(query, None, variables))
        assert isinstance(operation, Operation), operation.errors
        viewer = await self._viewer(who, roles)
        context = Context(viewer, locale, "request", self.services)
        return await self.engine.execute(operation, context)

    async def _viewer(self, who: str | None, roles: tuple[Role, ...]) -> Viewer | None:
        if who is None and not roles:
            return None
        member = await self.shop.member(who) if who else STRANGER
        return Viewer(member, frozenset(roles), None, datetime.now(UTC) + timedelta(hours=1))
