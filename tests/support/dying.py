"""A connection that breaks at a statement of one's choice, as when a process dies there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest


@contextmanager
def dying_at(statement: int) -> Iterator[list[str]]:
    """The connection breaks instead of this statement; what was sent before is in the list.

    An answer to COMMIT gets lost after it was carried out.
    """
    sent: list[str] = []

    def dies(name: str, *, after: bool) -> Callable[..., Awaitable[object]]:
        original = getattr(asyncpg.Connection, name)

        async def send(self: Any, query: str, *args: Any, **more: Any) -> object:  # noqa: ANN401
            counts = not after or query == "COMMIT;"
            if counts:
                sent.append(query)
            fatal = counts and len(sent) == statement
            answer = None if fatal and not after else await original(self, query, *args, **more)
            if fatal:
                self.terminate()
                raise ConnectionResetError
            return answer

        return send

    with pytest.MonkeyPatch.context() as patch:
        for name, after in (
            ("_execute", False),
            ("copy_records_to_table", False),
            ("execute", True),
        ):
            patch.setattr(asyncpg.Connection, name, dies(name, after=after))
        yield sent
