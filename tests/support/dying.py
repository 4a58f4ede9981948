"""A connection that breaks at a statement of one's choice, as when a process dies there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import asyncpg
import pytest

from domain.errors import Unavailable
from infra.database import Database
from server.verification import INVARIANTS


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


Operation: TypeAlias = Callable[[], Awaitable[object]]
Everything: TypeAlias = dict[str, str]
"""Tables by name, each told by a digest."""


async def survive(
    sql: Database, operation: Operation, *, whole: bool = True, most: int = 100, step: int = 1
) -> int:
    """Lets an operation die at every statement in turn until it gets through; how often it died.

    Each time, every table is as before or as it is in the end, and every invariant holds then. The
    operation is one that may be asked for again: by the same key, or because it then finds
    nothing left to do. One that is not `whole` goes on instead, from where every invariant held.
    A `step` above 1 tries some of the statements, for what has very many.
    """
    before, seen = await everything(sql), list[Everything]()
    for statement in range(1, most, step):
        with dying_at(statement):
            try:
                await operation()
            except (Unavailable, ConnectionResetError):
                seen.append(await everything(sql) if whole else await _sound(sql))
                continue
        after = await everything(sql)
        assert after != before, "it does nothing"
        _judge(before, seen, after)
        assert after in seen or step > 1 or not whole, "no answer to a COMMIT got lost"
        assert await broken(sql) == []
        return len(seen)
    raise AssertionError("it never got through")


def _judge(before: Everything, seen: Sequence[Everything], after: Everything) -> None:
    for one in filter(None, seen):
        assert one in (before, after), sorted(one.items() - after.items() - before.items())


async def broken(sql: Database) -> list[str]:
    """The names of all invariants that do not hold."""
    return [one.name for one in INVARIANTS if await sql.fetch(one.violations)]


async def _sound(sql: Database) -> Everything:
    assert await broken(sql) == []
    return {}


async def everything(sql: Database) -> Everything:
    """What is in each table that has anything, to the last column."""
    tables = await sql.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND pg_relation_size(oid) > 0"
    )
    parts = (
        f"SELECT '{name}', md5(string_agg(t::text, ';' ORDER BY t::text)) FROM {name} t"  # noqa: S608
        for name in (row["relname"] for row in tables)
    )
    return {row[0]: row[1] for row in await sql.fetch(" UNION ALL ".join(parts)) if row[1]}
