"""Coupons over real engines, asked as a client asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest
import strawberry

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.members.types import existing_members
from api.schema import build_schema
from domain.members import Role, Viewer
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from infra.platform import Platform
from tests.support.shop import Shop

TEMPLATE: Final = {
    "key": "off-40",
    "name": "满300减40",
    "discountKind": "FIXED",
    "discount": "40",
    "minimumSpend": "300",
    "validDays": 30,
}


@dataclass
class Client:
    """Asks the schema as a member, with roles."""

    shop: Shop
    engine: Engine
    services: Services

    async def ask(
        self,
        query: str,
        who: str | None = None,
        *roles: Role,
        locale: Locale = Locale.EN,
        **variables: object,
    ) -> dict[str, Any]:
        """The data of an operation that has no errors."""
        operation = await self.engine.prepare(Request(query, None, variables))
        assert isinstance(operation, Operation), operation.errors
        viewer = None
        if who is not None:
            lasts = datetime.now(UTC) + timedelta(hours=1)
            viewer = Viewer(await self.shop.member(who), frozenset(roles), None, lasts)
        context = Context(viewer, locale, "request", self.services)
        outcome = await self.engine.execute(operation, context)
        assert not outcome.errors, outcome.errors
        assert outcome.data is not None
        return outcome.data

    async def id_of(self, ref: str) -> str:
        return encode_id(Kind.MEMBER, await self.shop.member(ref))


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
async def client(platform: Platform, programmes: Programmes, schema: strawberry.Schema) -> Client:
    """A shop with the members ana, bo and till."""
    nothing = cast("Any", None)
    services = Services(platform, programmes, nothing, nothing, existing_members)
    shop = Shop(platform, programmes)
    await shop.join("ana", "bo", "till")
    return Client(shop, Engine(schema), services)
