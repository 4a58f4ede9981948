"""The programme's clock: real time, moved forward in a sandbox by an amount all processes share.

The amount lives in PostgreSQL, so that every process and every restart agrees. Only a sandbox
reads it; anywhere else the clock is the machine's own and costs nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.errors import Invalid, NotAllowed
from infra.database import Database, Sql

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FARTHEST: Final = timedelta(days=100_000)
_STEP: Final = re.compile(r"([0-9]{1,6})([smhd])")


def parse_step(text: str) -> timedelta:
    """`90s`, `15m`, `36h` or `31d` as a duration.

    Raises: Invalid.
    """
    match = _STEP.fullmatch(text.strip())
    if match is None:
        raise Invalid("clock.step", text=text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


async def make_sandbox(database: Database, *, sandbox: bool) -> None:
    """Decides what this deployment is, for all its processes.

    Raises: NotAllowed to make a sandbox real whose clock has been moved: time would go back.
    """
    changed = await database.fetchval(
        "UPDATE programme_clock SET sandbox = $1 WHERE $1 OR ahead = interval '0' RETURNING true",
        sandbox,
    )
    if not changed:
        raise NotAllowed("clock.moved")


class Clock:
    """Tells the programme's time. `advance` is for sandboxes."""

    def __init__(self, database: Database, *, sandbox: bool) -> None:
        self._database = database
        self._sandbox = sandbox

    @classmethod
    async def of(cls, database: Database) -> Clock:
        """The clock of this deployment, a sandbox or not."""
        sandbox = await database.fetchval("SELECT sandbox FROM programme_clock")
        return cls(database, sandbox=bool(sandbox))

    @property
    def sandbox(self) -> bool:
        return self._sandbox

    async def now(self, sql: Sql | None = None) -> datetime:
        """The programme's present, in UTC; read through `sql` inside a transaction."""
        real = datetime.now(UTC)
        if not self._sandbox:
            return real
        ahead = await (sql or self._database).fetchval("SELECT ahead FROM programme_clock")
        return real + ahead if isinstance(ahead, timedelta) else real

    async def advance(self, step: timedelta) -> datetime:
        """Moves the programme forward and returns its new present.

        Raises: NotAllowed outside a sandbox, Invalid beyond what a calendar holds.
        """
        if not self._sandbox:
            raise NotAllowed("clock.not_a_sandbox")
        moved = await self._database.fetchval(
            "UPDATE programme_clock SET ahead = ahead + $1 WHERE ahead + $1 <= $2 RETURNING true",
            step,
            _FARTHEST,
        )
        if not moved:
            raise Invalid("clock.too_far", days=_FARTHEST.days)
        return await self.now()
