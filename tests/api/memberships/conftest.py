"""The whole schema over a shop that sells memberships, asked as a client does."""

from __future__ import annotations

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
from tests.support.clubs import Club

STRANGER = UUID(int=7)


@dataclass
class Desk:
    """Clients of a club; `who` is a customer number, None a visitor or a system."""

    club: Club
    engine: Engine
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        nothing, club = cast("Any", None), self.club
        self.services = Services(club.platform, club.programmes, nothing, nothing, existing_members)

    async def ask(
        self,
        query: str,
        who: str | None = None,
        *roles: Role,
        locale: Locale = Locale.EN,
        **variables: object,
    ) -> Any:  # noqa: ANN401 - JSON
        """The data, or the list of the kinds of errors."""
        operation = await self.engine.prepare(Request(query, None, variables))
        assert isinstance(operation, Operation), operation.errors
        context = Context(await self._viewer(who, roles), locale, "request", self.services)
        outcome = await self.engine.execute(operation, context)
        if outcome.errors:
            return [type(getattr(error, "original_error", None)) for error in outcome.errors]
        return outcome.data

    async def _viewer(self, who: str | None, roles: tuple[Role, ...]) -> Viewer | None:
        if who is None and not roles:
            return None
        member = await self.club.member(who) if who else STRANGER
        return Viewer(member, frozenset(roles), None, datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
async def desk(platform: Platform, programmes: Programmes, engine: Engine) -> Desk:
    club = Club(platform, programmes)
    club.now = await platform.clock.now()
    await club.join("C-1", "C-2")
    return Desk(club, engine)
