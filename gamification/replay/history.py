"""The programme at each version, loaded from what is remembered of it.

The tables that the programme is loaded from get shadows too. Version by version they are made
what they were, and the programme is loaded as it always is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from domain.programme import Programme
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from gamification.replay.shadow import KEPT, WRITTEN_COLUMNS, Shadow
from infra.database import Sql

_RELATIONS: Final = (
    "SELECT c.relname AS relation, t.tgargs FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE t.tgfoid = 'public.remember_programme'::regproc ORDER BY relation"
)

# What is remembered of one relation between two versions: the last word on each key.
_LATEST: Final = (
    "SELECT DISTINCT ON (key) key, content FROM public.programme_history"
    " WHERE relation = $1 AND version > $2 AND version <= $3 ORDER BY key, number DESC"
)


class Remembered(Programmes):
    """Gives the programme of the version that is asked for, with nothing left to look back at."""

    def __init__(self, expressions: Expressions, versions: dict[int, Programme]) -> None:
        super().__init__(expressions)
        self._versions = versions
        self.version = 0

    async def current(self, sql: Sql) -> Programme:  # noqa: ARG002 - it is known
        return self._versions[self.version]

    @property
    def newest(self) -> int:
        return max(self._versions)

    def at(self, version: int) -> Programme:
        return self._versions[version]


async def remember(shadow: Shadow, expressions: Expressions, wanted: Iterable[int]) -> Remembered:
    """The programme at each of these versions.

    Raises: KeyError for one of which nothing is remembered.
    """
    keys = {
        row["relation"]: row["tgargs"].rstrip(b"\0").decode()
        for row in await shadow.database.fetch(_RELATIONS)
    }
    await shadow.shade(sorted(keys.keys() - set(KEPT)))
    versions: dict[int, Programme] = {}
    before = 0
    for version in sorted(wanted):
        async with shadow.transaction() as tx:
            await _move_on(tx, keys, after=before, to=version)
            loaded = await Programmes(expressions).current(tx)
        if loaded.version != version:
            raise KeyError(version)
        versions[version] = replace(loaded, filling=frozenset())
        before = version
    return Remembered(expressions, versions)


async def _move_on(tx: Sql, keys: Mapping[str, str], *, after: int, to: int) -> None:
    """Makes the shadows of the programme's tables what they were at the version `to`."""
    for relation, key in keys.items():
        await tx.execute(
            f"DELETE FROM pg_temp.{relation} t USING ({_LATEST}) l"  # noqa: S608 - own names
            f" WHERE t.{key}::text = l.key",
            relation,
            after,
            to,
        )
        columns: str = await tx.fetchval(WRITTEN_COLUMNS, relation)
        await tx.execute(
            f"INSERT INTO pg_temp.{relation} ({columns}) SELECT {_prefixed(columns)}"  # noqa: S608
            f" FROM ({_LATEST}) l, jsonb_populate_record(NULL::public.{relation}, l.content) r"
            " WHERE l.content IS NOT NULL",
            relation,
            after,
            to,
        )


def _prefixed(columns: str) -> str:
    return ", ".join(f"r.{name}" for name in columns.split(", "))
