"""Checks a PostgreSQL or Redis of the shop's own before anything relies on it.

A server that would fail later, or worse, answer wrongly, is refused at start-up with what would
not work and how to mend it. A check leaves nothing behind in the server.
"""

import re
from dataclasses import dataclass
from typing import NoReturn, cast
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from server.engines.errors import OutsideServerUnfit, Unfitness

_CONNECT_SECONDS = 10.0
_POSTGRES_MAJOR = 18
_REDIS_VERSION = (7, 2)
_VALKEY_VERSION = (8, 0)
_CHINESE = "买家秀"  # "buyer show": three letters make trigrams, unless letters are not known

_RIGHTS = """
    SELECT current_setting('server_encoding') AS encoding,
           current_setting('transaction_read_only') AS read_only,
           has_database_privilege(current_database(), 'CREATE')
               AND coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
           EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS has_trigrams,
           (SELECT quote_ident(nspname)
              FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
             WHERE extname = 'pg_trgm') AS trigram_schema,
           (SELECT datctype FROM pg_database WHERE datname = current_database()) AS ctype
"""


@dataclass(frozen=True, slots=True)
class Advice:
    """Nothing that stops the start, but something the operator should mend."""

    server: str
    problem: str
    remedy: str


async def check_postgres(url: str) -> None:
    """Returns when the database can hold Laurels.

    Raises: OutsideServerUnfit.
    """
    server = _place(url)
    connection = await _connected(url, server)
    try:
        await _examine(connection, server)
    finally:
        await connection.close()


async def _connected(url: str, server: str) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    except asyncpg.InvalidCatalogNameError as error:
        _refuse(
            Unfitness.DATABASE_MISSING,
            server,
            "There is no such database.",
            "CREATE DATABASE … ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            " LC_CTYPE 'C.UTF-8' TEMPLATE template0, or correct DATABASE_URL.",
            cause=error,
        )
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        _refuse(
            Unfitness.DENIED,
            server,
            "The server does not let this user in.",
            "Correct user and password in DATABASE_URL, or the server's pg_hba.conf.",
            cause=error,
        )
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        _refuse(
            Unfitness.UNREACHABLE,
            server,
            "Nothing can be stored.",
            "Start the server, or correct DATABASE_URL.",
            cause=error,
        )


async def _examine(connection: "asyncpg.Connection[asyncpg.Record]", server: str) -> None:
    version = connection.get_server_version()
    if version.major < _POSTGRES_MAJOR:
        _refuse(
            Unfitness.TOO_OLD,
            server,
            "Identifiers come from uuidv7(), which PostgreSQL has since 18.",
            f"Upgrade to PostgreSQL {_POSTGRES_MAJOR} or newer.",
            version=f"{version.major}.{version.minor}",
        )
    facts = await connection.fetchrow(_RIGHTS)
    if facts is None:  # a SELECT without FROM has one row
        raise AssertionError
    if facts["encoding"] != "UTF8":
        _refuse(
            Unfitness.NOT_UTF8,
            server,
            "Chinese text would be cut in the middle of a character.",
            "Use a database made with ENCODING 'UTF8' TEMPLATE template0.",
            encoding=str(facts["encoding"]),
        )
    if facts["read_only"] == "on":
        _refuse(
            Unfitness.READ_ONLY,
            server,
            "Nothing can be stored: this is a standby or a read-only database.",
            "Point DATABASE_URL at the primary.",
        )
    if not facts["may_create"]:
        _refuse(
            Unfitness.MAY_NOT_CREATE,
            server,
            "Tables and the pg_trgm extension cannot be created.",
            "As its owner: GRANT CREATE ON DATABASE … TO …; GRANT CREATE ON SCHEMA … TO ….",
        )
    await _examine_trigrams(connection, server, facts)


async def _examine_trigrams(
    connection: "asyncpg.Connection[asyncpg.Record]", server: str, facts: asyncpg.Record
) -> None:
    if not facts["has_trigrams"]:
        _refuse(
            Unfitness.NO_TRIGRAMS,
            server,
            "Search needs the extension pg_trgm, which is not installed on the server.",
            "Install PostgreSQL's contrib package (postgresql-contrib).",
        )
    attempt = connection.transaction()
    await attempt.start()
    try:  # tried and taken back: creating it for good is the migrations' work
        schema = facts["trigram_schema"]
        if schema is None:
            await connection.execute("CREATE EXTENSION pg_trgm")
        function = f"{schema}.show_trgm" if schema else "show_trgm"
        trigrams = cast("list[str]", await connection.fetchval(f"SELECT {function}($1)", _CHINESE))
    except asyncpg.InsufficientPrivilegeError as error:
        _refuse(
            Unfitness.MAY_NOT_CREATE,
            server,
            "The pg_trgm extension cannot be created.",
            "As an administrator: CREATE EXTENSION pg_trgm in this database.",
            cause=error,
        )
    finally:
        await attempt.rollback()
    if not trigrams:
        _refuse(
            Unfitness.TRIGRAMS_DROP_CHINESE,
            server,
            "Search would find no Chinese word: this database does not know its letters.",
            "Make it anew with LC_CTYPE 'C.UTF-8' TEMPLATE template0 and move the data.",
            lc_ctype=str(facts["ctype"]),
        )


async def check_redis(url: str) -> list[Advice]:
    """Returns when the server can serve Laurels; with advice where it could be set better.

    Raises: OutsideServerUnfit.
    """
    server = _place(url)
    try:
        # redis-py leaves its keyword arguments untyped
        client = Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, socket_connect_timeout=_CONNECT_SECONDS
        )
        async with client:
            info = await client.info()  # pyright: ignore[reportUnknownMemberType]
            return _examine_redis(cast("dict[str, object]", info), server)
    except (AuthenticationError, NoPermissionError) as error:
        _refuse(
            Unfitness.DENIED,
            server,
            "The server does not let this user in, or not read INFO.",
            "Correct user and password in REDIS_URL, or the user's rights (ACL SETUSER … +info).",
            cause=error,
        )
    except (OSError, ValueError, RedisError) as error:
        _refuse(
            Unfitness.UNREACHABLE,
            server,
            "Leaderboards, limits and live updates would be away.",
            "Start the server, or correct REDIS_URL.",
            cause=error,
        )


def _examine_redis(info: dict[str, object], server: str) -> list[Advice]:
    valkey = info.get("valkey_version")
    version = str(valkey or info.get("redis_version", "0"))
    name, needed = ("Valkey", _VALKEY_VERSION) if valkey else ("Redis", _REDIS_VERSION)
    if _numbers(version) < needed:
        _refuse(
            Unfitness.TOO_OLD,
            server,
            "Sharded pub/sub and the scripts of the leaderboards need a newer server.",
            "Upgrade to Redis 7.2 or Valkey 8 or newer.",
            version=f"{name} {version}",
        )
    if info.get("role") == "slave":
        _refuse(
            Unfitness.READ_ONLY,
            server,
            "Nothing can be written: this is a replica.",
            "Point REDIS_URL at the primary, or at Sentinel.",
        )
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy == "noeviction":
        return []
    return [
        Advice(
            server,
            f"maxmemory-policy is {policy}: when memory is full, boards and limits silently"
            " lose members until they are rebuilt.",
            "Set maxmemory-policy noeviction.",
        )
    ]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _place(url: str) -> str:
    """The address without user and password: it is printed and logged."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _refuse(
    reason: Unfitness,
    server: str,
    consequence: str,
    remedy: str,
    *,
    cause: Exception | None = None,
    **details: str,
) -> NoReturn:
    if cause is not None:
        details["error"] = str(cause) or type(cause).__name__
    raise OutsideServerUnfit(
        reason, server=server, consequence=consequence, remedy=remedy, details=details
    ) from cause
