"""The services of points on engines of their own, in this process, and members with full books."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from domain import ledger
from domain.ledger import Books, Cause
from gamification.expressions import Expressions
from gamification.ledger import books as books_store
from gamification.ledger import states
from gamification.points import desk
from gamification.points.desk import Wanted
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.idempotency import Claim
from infra.ids import new_id
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from members.enrolment import enrol
from server.engines import Engines, embedded

_CONNECTIONS: Final = 16
_STEP: Final = 1_000


@dataclass(frozen=True, slots=True)
class Till:
    """Where points are spent; `now` is when it opened."""

    platform: Platform
    programmes: Programmes
    actor_id: UUID
    now: datetime
    engines: Engines

    @property
    def database(self) -> Database:
        return self.platform.database

    async def enrol(self, number: int) -> list[UUID]:
        """So many new members with empty books."""
        members: list[UUID] = []
        for start in range(0, number, _STEP):
            refs = [f"c{one}" for one in range(start, min(start + _STEP, number))]
            async with self.database.transaction() as tx:
                members += [one.member_id for one in await enrol(tx, refs, self.now)]
                await states.lock(tx, sorted(members[start:]))
        return members

    async def fill(self, members: Sequence[UUID], how: Callable[[Books, Till], None]) -> None:
        """Moves the books of these members, in one transaction."""
        async with self.database.transaction() as tx:
            locked = await states.lock(tx, sorted(members))
            for state in locked.values():
                how(state.books, self)
            await books_store.write(tx, [state.books for state in locked.values()])
            await states.write(tx, list(locked.values()))

    async def redeem(self, member_id: UUID, points: int) -> int:
        """The number of the entry, committed, together with whoever waits meanwhile."""
        wanted = self._wanted(member_id, points)
        return int(await desk.ask(self.platform, self.programmes, wanted))

    async def redeem_alone(self, member_id: UUID, points: int) -> int:
        """The same in a transaction for this redemption alone."""
        wanted = self._wanted(member_id, points)
        (number,) = await desk.serve(self.platform, self.programmes, [wanted])
        return int(number)

    def _wanted(self, member_id: UUID, points: int) -> Wanted:
        claim = Claim(self.actor_id, "redeem", new_id().hex, [member_id.hex, points])
        cause = Cause(actor_id=self.actor_id, reason="bench")
        return Wanted(
            claim,
            member_id,
            lambda books, run: ledger.redeem(books, points, now=run.now, cause=cause).number,
        )


def give(books: Books, points: int, now: datetime, *, expires_at: datetime) -> None:
    """Points of no activity, confirmed."""
    ledger.earn(books, points, now=now, expires_at=expires_at, confirms_at=None, cause=Cause())


@asynccontextmanager
async def open_till() -> AsyncIterator[Till]:
    """An empty shop, on embedded engines that end with it."""
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            await migrate(engines.database_url)
            async with till_at(engines) as till:
                yield till


@asynccontextmanager
async def till_at(engines: Engines) -> AsyncIterator[Till]:
    """A till on engines that run already."""
    database = await Database.open(engines.database_url, pool_size=_CONNECTIONS)
    redis = open_redis(engines.redis_url)
    clock = Clock(database, sandbox=False)
    platform = Platform(database, redis, clock, PubSub(redis), load_catalogue())
    yield Till(platform, Programmes(Expressions()), new_id(), datetime.now(UTC), engines)
    await redis.aclose()
    await database.close()
