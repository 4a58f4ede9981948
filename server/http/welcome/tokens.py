"""Ready-made tokens for whoever tries a sandbox: made when first asked for, kept for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.errors import NotAllowed
from domain.members import Role
from infra import milestones
from members import staff
from members.signing_keys import real_time
from server.demo_plan import LOADED, demo_customers
from server.wiring import Laurels

LIFETIME: Final = timedelta(hours=6)
_RENEWED: Final = timedelta(hours=3)  # whoever copies one has at least as long again
_STAFF: Final = (Role.MODERATOR, Role.ADMIN, Role.SERVICE)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A token and whose it is: a customer number, or a role."""

    text: str
    customer: str | None = None
    role: Role | None = None


class Tickets:
    """The tokens that one process shows."""

    def __init__(self, laurels: Laurels) -> None:
        self._laurels = laurels
        self._making = asyncio.Lock()
        self._made: tuple[Ticket, ...] = ()
        self._made_at: datetime | None = None

    async def all(self) -> Sequence[Ticket]:
        """Customers of the demo shop where it is loaded, then the staff.

        Raises: NotAllowed outside a sandbox, Unavailable.
        """
        if not self._laurels.platform.clock.sandbox:
            raise NotAllowed("clock.not_a_sandbox")
        async with self._making:
            now = real_time()
            if self._made_at is None or now - self._made_at > _RENEWED:
                self._made, self._made_at = await self._make(), now
            return self._made

    async def _make(self) -> tuple[Ticket, ...]:
        database = self._laurels.platform.database
        customers: list[str] = []
        if await milestones.reached(database, LOADED) is not None:
            customers = await asyncio.to_thread(demo_customers)
        texts = await self._issue(customers, None) if customers else []
        return (
            *(Ticket(text, customer=ref) for ref, text in zip(customers, texts, strict=True)),
            *[Ticket((await self._issue([], role))[0], role=role) for role in _STAFF],
        )

    async def _issue(self, customers: Sequence[str], role: Role | None) -> list[str]:
        platform = self._laurels.platform
        return await staff.issue(
            platform.database,
            self._laurels.tokens,
            customers,
            role,
            now=await platform.clock.now(),
            lifetime=LIFETIME,
        )
