"""What every test with a whole shop is asked when it is over: does the log come to the same?"""

from __future__ import annotations

from contextlib import AsyncExitStack

from gamification.replay.checking import check_in
from gamification.replay.shadow import Shadow
from infra.platform import Platform

_HAPPENED = "SELECT EXISTS (SELECT FROM activity) OR EXISTS (SELECT FROM points_entry)"


class Replayer:
    """Replays one test's shop after the other in one shadow, made when it is first needed."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._open = AsyncExitStack()
        self._shadow: Shadow | None = None

    async def otherwise(self, platform: Platform) -> list[object]:
        """What a replay of everything that happened does not come to."""
        if not await platform.database.fetchval(_HAPPENED):
            return []
        if self._shadow is None:
            self._shadow = await self._open.enter_async_context(Shadow.open(self._url))
        else:
            await self._shadow.empty()
        found = await check_in(self._shadow, platform, most=10)
        return [*found.differences, *found.refused]

    async def close(self) -> None:
        await self._open.aclose()
