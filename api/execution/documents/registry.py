"""The registered documents as one process knows them: all their hashes, the texts it was asked for.

The hashes are read from PostgreSQL as a whole. So however many unknown ones are asked for, there
is one statement a second at most, and what was registered or removed meanwhile is known within a
second or a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from api.execution.documents.texts import Texts
from domain.errors import Unavailable
from infra import registered_documents
from infra.database import Sql

_GLANCE: Final = 1.0  # seconds between looks for what is not there
_STALE: Final = 60.0  # seconds between looks for what was removed


class Registry:
    """Answers by hash. `remember` is in characters of texts, `now` in seconds."""

    def __init__(
        self, sql: Sql, *, remember: int = 1_000_000, now: Callable[[], float] = monotonic
    ) -> None:
        self._sql = sql
        self._now = now
        self._texts = Texts(remember)
        self._digests: dict[str, None] = {}  # in the order in which they are to be warmed
        self._looked_at = float("-inf")
        self._away = False
        self._looking = asyncio.Lock()

    async def find(self, digest: str) -> str | None:
        """The registered text with this hash. What is in memory is found without PostgreSQL.

        Raises: Unavailable when that is away, and the hash may be registered or not.
        """
        await self._look(_STALE if digest in self._digests else _GLANCE)
        if digest not in self._digests:
            if self._away:
                raise Unavailable("postgres")
            return None
        known = self._texts.get(digest)
        return known if known is not None else (await self.texts([digest])).get(digest)

    async def texts(self, digests: Sequence[str]) -> dict[str, str]:
        """The texts of those that are still registered, which are remembered.

        Raises: Unavailable.
        """
        found = await registered_documents.bodies(self._sql, digests)
        for digest, text in found.items():
            self._texts.put(digest, text)
        return found

    async def digests(self) -> Sequence[str]:
        """All hashes as of now, those that a manifest named last first.

        Raises: Unavailable.
        """
        await self._look(0.0)
        if self._away:
            raise Unavailable("postgres")
        return list(self._digests)

    async def _look(self, patience: float) -> None:
        """Reads the hashes unless that was done within the last `patience` seconds."""
        if self._now() - self._looked_at < patience:
            return
        async with self._looking:
            if self._now() - self._looked_at < patience:
                return  # whoever held the lock has looked
            try:
                self._digests = dict.fromkeys(await registered_documents.digests(self._sql))
                self._away = False
            except Unavailable:
                self._away = True
            self._looked_at = self._now()
