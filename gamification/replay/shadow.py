"""A session whose writes go to temporary tables that stand before the real ones.

PostgreSQL looks into a session's temporary schema first: whoever reads `points_entry` there reads
the shadow. Every transaction of the session is read-only, which lets temporary tables be written
and nothing else: the database itself refuses to let a replay change, or lock, anything real. What
has no shadow is read as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Final

from infra.database import Database, Sql, Transaction

KEPT: Final = (
    "activity", "activity_application", "outbox",
    "member_state", "points_entry", "points_lot", "points_award", "points_hold",
    "shop_order", "contribution", "earn_rule_day", "earn_rule_spent", "reading_failure",
    "metric_day", "metric_item", "member_tier", "membership_perk",
    "standing", "standing_cell", "leaderboard_season",
    "league_member", "league_place", "league_division",
    "coupon", "coupon_supply",
    "badge_award", "badge_grant", "badge_holders",
    "check_in", "streak",
    "challenge_participation", "challenge_team", "challenge_seen", "challenge_addition",
    "bundle_unpaid",
)  # fmt: skip
"""What the engine writes: each begins empty."""

SEQUENCES: Final = ("activity_applied_order", "standing_version", "outbox_id_seq")

# A default goes on drawing from the real sequence, whatever stands before it.
_DRAWN: Final = (
    ("activity_application", "applied_order", "activity_applied_order"),
    ("outbox", "id", "outbox_id_seq"),
)

# Rows that are locked and counted up, but never added by the engine.
_COUNTERS: Final = (
    "INSERT INTO pg_temp.earn_rule_spent (key, spent) SELECT key, 0 FROM public.earn_rule_spent",
    "INSERT INTO pg_temp.coupon_supply (key, stock) SELECT key, stock FROM public.coupon_supply",
)


class _Silent(Transaction):
    """A transaction of which nobody is told."""

    __slots__ = ()

    def after_commit(self, effect: Callable[[], Awaitable[None]]) -> None:
        """Nothing happened that anybody could see."""


class _Beside(Database):
    """A database whose transactions are silent."""

    __slots__ = ()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield _Silent(tx._client)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


class Shadow:
    """The session. Use: `open`, then one transaction after the other; `empty` before another use.

    It is for one replay at a time.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._shaded: list[str] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Shadow]:
        """A session of its own, whose shadows are empty; they vanish when it ends."""
        database = await _Beside.open(
            url, pool_size=1, name="laurels-replay", beside=True, lasting=True
        )
        try:
            shadow = cls(database)
            await shadow._make()
            yield shadow
        finally:
            await database.close()

    def here(self) -> AbstractContextManager[object]:
        """While it lasts, ORM calls of this task go to the shadows."""
        return self.database.here()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits to the shadows when the block ends."""
        async with self.database.transaction() as tx:
            yield tx

    async def shade(self, tables: Iterable[str], *, filled: bool = False) -> None:
        """Puts tables before more of the real ones: empty, or `filled` with what is there.

        One that stands there already stays as it is.
        """
        missing = [table for table in tables if table not in self._shaded]
        if not missing:
            return
        await self.database.execute("SET default_transaction_read_only = off")
        for table in missing:
            await _shade(self.database, table)
            if filled:
                await _fill(self.database, table)
        await self.database.execute("SET default_transaction_read_only = on")
        self._shaded += missing

    async def empty(self) -> None:
        """Makes it as it was when it was opened: making tables costs more than emptying them."""
        restarts = ", ".join(f"setval('pg_temp.{name}', 1, false)" for name in SEQUENCES)
        deletes = "".join(f"DELETE FROM pg_temp.{table};" for table in self._shaded)  # noqa: S608
        await self.database.execute(f"{deletes}SELECT {restarts}")
        for statement in _COUNTERS:
            await self.database.execute(statement)

    async def _make(self) -> None:
        sql = self.database
        await sql.execute("SET temp_buffers = '64MB'")
        for sequence in SEQUENCES:
            await sql.execute(f"CREATE TEMP SEQUENCE {sequence}")
        await self.shade(KEPT)
        await sql.execute("SET default_transaction_read_only = off")
        for table, column, sequence in _DRAWN:
            await sql.execute(
                f"ALTER TABLE pg_temp.{table} ALTER {column}"
                f" SET DEFAULT nextval('pg_temp.{sequence}')"
            )
        await sql.execute("SET default_transaction_read_only = on")
        for statement in _COUNTERS:
            await sql.execute(statement)

    async def analyse(self) -> None:
        """Lets the planner know how large the shadows have become: nobody else tells it."""
        for table in KEPT:
            await self.database.execute(f"ANALYZE pg_temp.{table}")


async def _shade(sql: Sql, table: str) -> None:
    """Puts an empty table of the same make before a real one."""
    await sql.execute(
        f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING GENERATED"
        " INCLUDING IDENTITY INCLUDING CONSTRAINTS INCLUDING INDEXES)"
    )


async def _fill(sql: Sql, table: str) -> None:
    columns: str = await sql.fetchval(_WRITTEN, table)
    await sql.execute(
        f"INSERT INTO pg_temp.{table} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - own names
        f" SELECT {columns} FROM public.{table}"
    )


# Generated columns follow from the others.
_WRITTEN: Final = (
    "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
    " WHERE attrelid = ('public.' || $1::text)::regclass AND attnum > 0 AND NOT attisdropped"
    " AND attgenerated = ''"
)
