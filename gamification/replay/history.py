"""The programme at each version, loaded from what is remembered of it.

The tables that the programme is loaded from get shadows too. Version by version they are made
what they were, and the programme is loaded as it always is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.programme import Programme
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from gamification.replay.shadow import KEPT, Shadow
from infra.database import Sql

_RELATIONS: Final = """
SELECT c.relname AS relation, t.tgargs,
  (SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute
   WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgfoid = 'public.remember_programme'::regproc ORDER BY relation
"""
_CHANGED: Final = (
    "SELECT DISTINCT relation FROM public.programme_history WHERE version > $1 AND version <= $2"
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


# What was issued when the stock was changed last is no part of the programme.
_UNISSUED: Final = "UPDATE pg_temp.coupon_supply SET issued = 0"


@dataclass(frozen=True, slots=True)
class _Relation:
    """A table that the programme is loaded from; `key` is the column that names its rows."""

    name: str
    key: str
    columns: Sequence[str]


async def remember(shadow: Shadow, expressions: Expressions, wanted: Iterable[int]) -> Remembered:
    """The programme at each of these versions.

    Raises: KeyError for one of which nothing is remembered.
    """
    relations = [
        _Relation(row["relation"], row["tgargs"].rstrip(b"\0").decode(), row["columns"])
        for row in await shadow.database.fetch(_RELATIONS)
    ]
    await shadow.shade([one.name for one in relations if one.name not in KEPT])
    versions: dict[int, Programme] = {}
    before = 0
    for version in sorted(wanted):
        async with shadow.transaction() as tx:
            await _move_on(tx, relations, after=before, to=version)
            loaded = await Programmes(expressions).current(tx)
        if loaded.version != version:
            raise KeyError(version)
        versions[version] = replace(loaded, filling=frozenset())
        before = version
    await shadow.database.execute(_UNISSUED)
    return Remembered(expressions, versions)


async def _move_on(tx: Sql, relations: Iterable[_Relation], *, after: int, to: int) -> None:
    """Makes the shadows of the programme's tables what they were at the version `to`."""
    changed = {row["relation"] for row in await tx.fetch(_CHANGED, after, to)}
    for one in relations:
        if one.name not in changed:
            continue
        await tx.execute(
            f"DELETE FROM pg_temp.{one.name} t USING ({_LATEST}) l"  # noqa: S608 - own names
            f" WHERE t.{one.key}::text = l.key",
            one.name,
            after,
            to,
        )
        written, read = ", ".join(one.columns), ", ".join(f"r.{name}" for name in one.columns)
        await tx.execute(
            f"INSERT INTO pg_temp.{one.name} ({written}) SELECT {read}"  # noqa: S608 - own names
            f" FROM ({_LATEST}) l, jsonb_populate_record(NULL::public.{one.name}, l.content) r"
            " WHERE l.content IS NOT NULL",
            one.name,
            after,
            to,
        )
