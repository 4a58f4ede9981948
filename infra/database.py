"""One PostgreSQL pool for the ORM and for hand-written SQL, and the transactions over both.

Tortoise owns the pool. `Sql` is what stores take: either the `Database` (each statement for
itself) or a `Transaction`. Inside `database.transaction()` ORM calls of the same task join in.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
)
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import asyncpg
import structlog
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.context import TortoiseContext

from domain.errors import Unavailable
from infra import acting
from infra.postgres_url import connection_settings

T = TypeVar("T")
_log = structlog.stdlib.get_logger(__name__)

# Each app is a folder of `migrations/` and the models of one layer.
APPS: dict[str, list[str]] = {
    "infra": ["infra.tables"],
    "members": ["members.tables"],
    "gamification": ["gamification.programme.tables", "gamification.leaderboards.tables"],
    "messaging": ["messaging.tables"],
    "community": ["community.products.tables"],
}

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    OSError,
)


class Outdated(Exception):
    """What work had read before it held its locks is no longer so: it is to be done again."""


_RETRY = (
    Outdated,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,
)


_LONGEST_STATEMENT = 60  # seconds
# For a process that died or hangs, and can tell PostgreSQL no more to stop.
_BACKSTOPS = {"statement_timeout": "65s", "idle_in_transaction_session_timeout": "5min"}


async def _leave_as_it_is(_connection: object) -> None:
    """Nothing is set for a session here, so nothing needs resetting: a trip less each time that a
    connection goes back to the pool. asyncpg itself still ends a transaction that is open.
    """


_Lent: TypeAlias = "AbstractAsyncContextManager[asyncpg.Connection[asyncpg.Record]]"


class Sql(Protocol):
    """Hand-written SQL over asyncpg: `$1` parameters, rows as `asyncpg.Record`."""

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]: ...
    async def fetchrow(self, query: str, *args: object) -> asyncpg.Record | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...  # noqa: ANN401 - one column of any type
    async def execute(self, query: str, *args: object) -> str: ...
    async def copy(
        self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
    ) -> None: ...


class _Statements:
    """`Sql` over anything that lends an asyncpg connection."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncpgDBClient) -> None:
        self._client = client

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        async with self._lend() as connection:
            return await connection.fetch(query, *args)

    async def fetchrow(self, query: str, *args: object) -> asyncpg.Record | None:
        async with self._lend() as connection:
            return await connection.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: object) -> Any:  # noqa: ANN401
        async with self._lend() as connection:
            return await connection.fetchval(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        async with self._lend() as connection:
            return await connection.execute(query, *args)

    async def copy(
        self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Appends rows by COPY, which costs half of what arrays for `unnest` do."""
        async with self._lend() as connection:
            await connection.copy_records_to_table(table, records=rows, columns=list(columns))

    @asynccontextmanager
    async def _lend(self) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        try:
            # Tortoise leaves its wrapper's type open.
            lent = cast("_Lent", self._client.acquire_connection())  # pyright: ignore[reportUnknownMemberType]
            async with lent as connection:
                yield connection
        except asyncpg.PostgresError as error:
            if isinstance(error, _LOST):
                raise Unavailable("postgres") from error
            raise
        except _LOST as error:
            raise Unavailable("postgres") from error


class Transaction(_Statements):
    """One open transaction; what runs `after_commit` runs only if it commits."""

    __slots__ = ("_after",)

    def __init__(self, client: AsyncpgDBClient) -> None:
        super().__init__(client)
        self._after: list[Callable[[], Awaitable[None]]] = []

    def after_commit(self, effect: Callable[[], Awaitable[None]]) -> None:
        """Queues an effect that may be lost (a live tick). What may not goes to the outbox."""
        self._after.append(effect)

    @property
    def effects(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return self._after


class Database(_Statements):
    """The pool. Open it with `Database.open`, close it with `close`."""

    __slots__ = ("_context",)

    def __init__(self, context: TortoiseContext, client: AsyncpgDBClient) -> None:
        super().__init__(client)
        self._context = context

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        pool_size: int = 10,
        name: str = "laurels",
        beside: bool = False,
        lasting: bool = False,
    ) -> Database:
        """Connects lazily; the first statement meets the server.

        A process has one, and others `beside` it: ORM calls reach those inside of `here` only.
        Connections are made anew after a while, unless they are `lasting`: temporary tables and
        settings go with them.

        Raises: Unavailable with the first statement when the server is away.
        """
        context = TortoiseContext()
        with context:  # the models of its apps look it up while it is made
            await context.init(
                config=tortoise_config(url, pool_size=pool_size, name=name, lasting=lasting),
                use_tz=True,
                _enable_global_fallback=not beside,
            )
        return cls(context, cast("AsyncpgDBClient", context.db()))

    def here(self) -> AbstractContextManager[object]:
        """While it lasts, ORM calls of this task go to this database."""
        return self._context

    async def close(self) -> None:
        await self._context.close_connections()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits when the block ends, rolls back when it raises, then runs its effects.

        Never start a task inside: it would inherit the transaction and outlive it.
        """
        try:
            async with self._client._in_transaction() as client:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownVariableType]
                transaction = Transaction(cast("AsyncpgDBClient", client))
                yield transaction
                written = await acting.write_down(transaction)
        except _LOST as error:
            raise Unavailable("postgres") from error
        if written:
            acting.has_line()
        for effect in transaction.effects:
            await _follow(effect)

    def joining(self, transaction: Transaction) -> Database:
        """The same database to verbs that open transactions: each is a part of this one.

        A part that raises is undone by itself. Meeting others is for the whole to repeat, and
        effects wait for the whole to commit.
        """
        return _Joined(self._context, transaction)

    async def in_transaction(
        self, work: Callable[[Transaction], Awaitable[T]], *, tries: int = 5
    ) -> T:
        """Runs `work` in a transaction, again when it met a concurrent one (deadlock, same
        key, `Outdated`).

        `work` must be repeatable: everything it changes it changes through the transaction.
        """
        for attempt in range(1, tries + 1):
            try:
                async with self.transaction() as transaction:
                    return await work(transaction)
            except _RETRY:
                if attempt == tries:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311
        raise AssertionError


class _Joined(Database):
    """See `Database.joining`."""

    __slots__ = ("_whole",)

    def __init__(self, context: TortoiseContext, whole: Transaction) -> None:
        super().__init__(context, whole._client)  # noqa: SLF001
        self._whole = whole

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._client._in_transaction() as client:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownVariableType]
            part = Transaction(cast("AsyncpgDBClient", client))
            yield part
        for effect in part.effects:
            self._whole.after_commit(effect)

    async def in_transaction(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        tries: int = 1,  # noqa: ARG002 - one: PostgreSQL has ended the whole, or the whole sees it
    ) -> T:
        async with self.transaction() as part:
            return await work(part)


async def _follow(effect: Callable[[], Awaitable[None]]) -> None:
    """Runs an effect of what is committed: one that fails takes nothing back and stops no other."""
    try:
        await effect()
    except Exception:  # noqa: BLE001 - an edge: there is no transaction left that it could undo
        _log.exception("transaction.effect_failed")


def tortoise_config(
    url: str,
    *,
    pool_size: int = 10,
    name: str = "laurels",
    migrations: bool = False,
    lasting: bool = False,
) -> dict[str, Any]:
    """Tortoise's configuration for this database and the models of every layer."""
    settings = connection_settings(url)
    apps: dict[str, Any] = {
        label: {"models": models, "default_connection": "default"}
        | ({"migrations": f"migrations.{label}"} if migrations else {})
        for label, models in APPS.items()
    }
    return {
        "connections": {
            "default": {
                "engine": "tortoise.backends.asyncpg",
                "credentials": {
                    **settings,
                    "minsize": 1,
                    "maxsize": pool_size,
                    "application_name": name,
                    "statement_cache_size": 512,
                    "command_timeout": _LONGEST_STATEMENT,
                    "server_settings": _BACKSTOPS,
                    "reset": _leave_as_it_is,
                    "max_inactive_connection_lifetime": 0 if lasting else 300,
                    "max_queries": sys.maxsize if lasting else 50_000,
                },
            }
        },
        "apps": apps,
        "use_tz": True,
        "timezone": "UTC",
    }


def columns(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into `width` arrays, the shape that `unnest($1::…, $2::…)` takes."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]
