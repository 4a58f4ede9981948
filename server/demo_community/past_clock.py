"""The programme's clock while the demo's past is told: it stands where the story is."""

from __future__ import annotations

from datetime import datetime

from infra.clock import Clock
from infra.database import Database, Sql


class PastClock(Clock):
    """Never goes back, nor before `earliest`, where a telling that was broken off had come."""

    def __init__(self, database: Database, *, sandbox: bool, earliest: datetime) -> None:
        super().__init__(database, sandbox=sandbox)
        self._moment = earliest

    def reach(self, moment: datetime) -> None:
        """Lets it be this moment, unless it is later already."""
        self._moment = max(self._moment, moment)

    async def now(self, sql: Sql | None = None) -> datetime:  # noqa: ARG002 - as any clock is asked
        return self._moment
