"""The shop's lists as they are in force, made ready to look for once in each process.

Ten thousand words take the better part of a second, which a thread spends; who needs them waits,
everybody else goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from community.moderation.word_lists import store
from community.moderation.word_lists.store import WordListRow
from infra.database import Sql

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon


class Lexicons:
    """Lives as long as the process. A version is the sum of those of all lists."""

    def __init__(self) -> None:
        self._ready: tuple[int, Lexicon] | None = None
        self._making = asyncio.Lock()

    def are_ready(self, version: int) -> bool:
        return self._ready is not None and self._ready[0] == version

    async def at(self, sql: Sql, version: int) -> Lexicon:
        """The lexicon of the lists at this version, or a later one where there is one by now."""
        ready = self._ready
        if ready is not None and ready[0] == version:
            return ready[1]
        async with self._making:
            ready = self._ready
            if ready is None or ready[0] != version:
                lists = await store.present(sql)
                ready = (sum(one.version for one in lists), await asyncio.to_thread(_made, lists))
                self._ready = ready
        return ready[1]


def _made(lists: Sequence[WordListRow]) -> Lexicon:
    # Late: the dictionaries behind it take half a second, and most commands read no text.
    from community.moderation.intake.lexicon import Lexicon, Listed

    return Lexicon([Listed(one.words, one.action) for one in lists])
