"""Servers of the shop's own: what is refused, and what the refusal says."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from server.engines import (
    Engines,
    OutsideServerUnfit,
    Unfitness,
    embedded,
    outside,
)
from server.engines.outside import check_postgres, check_redis
from tests.server.engines import asking


@pytest.fixture(scope="module")
async def servers(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engines]:
    home = shutil.copytree(warm, tmp_path_factory.mktemp("outside") / "home")
    async with embedded(home) as engines:
        yield engines


async def refusal(url: str) -> OutsideServerUnfit:
    with pytest.raises(OutsideServerUnfit) as refused:
        await check_postgres(url)
    return refused.value


def database(servers: Engines, name: str, *, user: str = "laurels") -> str:
    return servers.database_url.replace("laurels@/laurels?", f"{user}@/{name}?")


async def made(servers: Engines, name: str, options: str) -> str:
    await asking.sql(servers.database_url, f"DROP DATABASE IF EXISTS {name}")
    await asking.sql(servers.database_url, f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    return database(servers, name)


async def test_a_fit_database_is_accepted_and_left_as_it_was(servers: Engines) -> None:
    url = await made(servers, "fit", "")
    await check_postgres(url)
    installed = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"
    assert await asking.sql(url, installed) == 0


async def test_an_extension_in_another_schema_is_found(servers: Engines) -> None:
    url = await made(servers, "elsewhere", "")
    await asking.sql(url, 'CREATE SCHEMA "Odd one"')
    await asking.sql(url, 'CREATE EXTENSION pg_trgm SCHEMA "Odd one"')
    await check_postgres(url)


async def test_a_database_that_knows_no_chinese_letters_is_refused(servers: Engines) -> None:
    url = await made(servers, "deaf", "LOCALE_PROVIDER libc LC_CTYPE 'C' LC_COLLATE 'C'")
    refused = await refusal(url)
    assert refused.reason is Unfitness.TRIGRAMS_DROP_CHINESE
    assert refused.details == {"lc_ctype": "C"}
    assert "Search would find no Chinese word" in str(refused)
    assert "C.UTF-8" in refused.remedy


async def test_a_database_without_an_encoding_is_refused(servers: Engines) -> None:
    options = "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_CTYPE 'C' LC_COLLATE 'C'"
    refused = await refusal(await made(servers, "ascii", options))
    assert refused.reason is Unfitness.NOT_UTF8
    assert refused.details == {"encoding": "SQL_ASCII"}


async def test_a_user_who_may_not_create_is_refused(servers: Engines) -> None:
    await asking.sql(servers.database_url, "DROP ROLE IF EXISTS guest")
    await asking.sql(servers.database_url, "CREATE ROLE guest LOGIN")
    refused = await refusal(database(servers, "laurels", user="guest"))
    assert refused.reason is Unfitness.MAY_NOT_CREATE


async def test_an_unknown_user_is_refused(servers: Engines) -> None:
    refused = await refusal(database(servers, "laurels", user="stranger"))
    assert refused.reason is Unfitness.DENIED


async def test_a_missing_database_is_refused(servers: Engines) -> None:
    refused = await refusal(database(servers, "nowhere"))
    assert refused.reason is Unfitness.DATABASE_MISSING


async def test_a_read_only_database_is_refused(servers: Engines) -> None:
    url = await made(servers, "frozen", "")
    await asking.sql(url, "ALTER DATABASE frozen SET default_transaction_read_only = on")
    assert (await refusal(url)).reason is Unfitness.READ_ONLY


async def test_an_older_server_is_refused(
    servers: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "_POSTGRES_MAJOR", 19)
    refused = await refusal(servers.database_url)
    assert refused.reason is Unfitness.TOO_OLD
    assert refused.details["version"].startswith("18.")


async def test_a_refusal_does_not_tell_the_password(tmp_path: Path) -> None:
    refused = await refusal(f"postgres://shop:s3cret@/shop?host={tmp_path}")
    assert refused.reason is Unfitness.UNREACHABLE
    assert "s3cret" not in str(refused)


async def test_a_fit_redis_is_accepted_without_advice(servers: Engines) -> None:
    assert await check_redis(servers.redis_url) == []


async def test_a_redis_that_evicts_is_accepted_with_advice(servers: Engines) -> None:
    async with Redis.from_url(servers.redis_url) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        advice = await check_redis(servers.redis_url)
        await redis.config_set("maxmemory-policy", "noeviction")
    assert [one.remedy for one in advice] == ["Set maxmemory-policy noeviction."]


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ({"redis_version": "7.0.15"}, Unfitness.TOO_OLD),
        ({"redis_version": "7.2.4", "valkey_version": "7.2.9"}, Unfitness.TOO_OLD),
        ({"redis_version": "8.0.0", "role": "slave"}, Unfitness.READ_ONLY),
    ],
)
def test_an_unfit_redis_is_refused(info: dict[str, object], reason: Unfitness) -> None:
    with pytest.raises(OutsideServerUnfit) as refused:
        outside._examine_redis(info, "redis://shop")
    assert reason is refused.value.reason


@pytest.mark.parametrize("version", ["7.2.0", "7.4.2", "8.2.1"])
def test_a_redis_of_our_time_is_accepted(version: str) -> None:
    assert outside._examine_redis({"redis_version": version, "role": "master"}, "redis://") == []


async def test_a_redis_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutsideServerUnfit) as refused:
        await check_redis(f"unix://{tmp_path}/nothing.sock")
    assert refused.value.reason is Unfitness.UNREACHABLE
