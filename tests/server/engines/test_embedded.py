"""Engines in a data folder, from nothing to the second start, with neighbours and with rivals."""

import asyncio
import errno
import shutil
from pathlib import Path

import pytest

from server.engines import (
    Deployment,
    EngineFailed,
    Engines,
    HomeInUse,
    HomeUnusable,
    attach,
    embedded,
    initialise,
    own,
)
from server.engines.home import Home
from tests.server.engines import asking


async def test_both_engines_run_from_nothing(tmp_path: Path) -> None:
    async with embedded(tmp_path / "new") as engines:
        await asking.put(engines, "买家秀")
        assert await asking.got(engines) == ("买家秀", "买家秀")
    assert set() == asking.engines_in(tmp_path)


async def test_what_was_stored_is_there_at_the_next_start(warm: Path) -> None:
    async with embedded(warm) as engines:
        await asking.put(engines, "第一次")
    async with embedded(warm) as engines:
        assert await asking.got(engines) == ("第一次", "第一次")


async def test_chinese_words_have_trigrams(owned: Deployment) -> None:
    url = owned.engines.database_url
    await asking.sql(url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert await asking.sql(url, "SELECT cardinality(show_trgm('买家秀'))") == 4


async def test_the_server_is_set_for_safety(owned: Deployment) -> None:
    expected = {"fsync": "on", "synchronous_commit": "on", "jit": "off", "listen_addresses": ""}
    url = owned.engines.database_url
    answer = {name: await asking.sql(url, f"SHOW {name}") for name in expected}
    assert expected == answer


async def test_two_deployments_live_side_by_side(warm: Path, tmp_path: Path) -> None:
    neighbour = shutil.copytree(warm, tmp_path / "neighbour")
    async with embedded(warm) as one, embedded(neighbour) as other:
        await asking.put(one, "one")
        await asking.put(other, "other")
        assert await asking.got(one) == ("one", "one")
        assert await asking.got(other) == ("other", "other")


async def test_a_second_launcher_is_refused(owned: Deployment) -> None:
    with pytest.raises(HomeInUse) as refusal:
        async with own(owned.postgres.premises.home.root):
            pass
    assert refusal.value.pid is not None
    assert await asking.answers(owned.engines)


async def test_a_command_uses_the_engines_that_run(owned: Deployment) -> None:
    async with attach(owned.postgres.premises.home.root) as engines:
        assert owned.engines == engines
    assert await asking.answers(owned.engines)


async def test_a_command_runs_engines_where_none_run(warm: Path) -> None:
    async with attach(warm) as engines:
        assert await asking.answers(engines)
    assert set() == asking.engines_in(warm)


async def test_a_command_waits_for_a_launcher_that_is_starting(warm: Path) -> None:
    async with own(warm) as deployment:
        command = asyncio.create_task(attached(warm))
        await asyncio.sleep(0.2)
        assert not command.done()
        await deployment.start()
        assert deployment.engines == await command


async def attached(home: Path) -> Engines:
    async with attach(home) as engines:
        return engines


async def test_a_long_or_odd_path_is_no_obstacle(warm: Path, tmp_path: Path) -> None:
    home = shutil.copytree(warm, tmp_path / ("long" * 30) / "with space, 中文 and 'quotes\"")
    async with embedded(home) as engines, attach(home) as found:
        assert engines == found
        assert await asking.answers(found)
        sockets = Path(engines.redis_url.removeprefix("unix://")).parent
    assert not sockets.exists()


def test_the_short_socket_folder_is_taken_again_after_a_crash(tmp_path: Path) -> None:
    home = Home.at(tmp_path / ("long" * 30))
    home.create()
    made = home.sockets()
    home.remember(Engines(database_url="", redis_url=""), made)
    assert made == home.sockets()
    made.rmdir()


def test_a_short_socket_folder_open_to_others_is_not_taken_again(tmp_path: Path) -> None:
    home = Home.at(tmp_path / ("long" * 30))
    home.create()
    made = home.sockets()
    home.remember(Engines(database_url="", redis_url=""), made)
    made.chmod(0o755)
    another = home.sockets()
    assert made != another
    made.rmdir()
    another.rmdir()


async def test_a_file_in_the_way_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(HomeUnusable, match="File exists"):
        await initialise(tmp_path / "home")


async def test_a_full_disk_is_told_plainly(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(HomeUnusable, match="No space left on device"):
        await initialise(warm)


async def test_an_engine_that_fails_shows_the_end_of_its_log(copied: Path) -> None:
    (copied / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(EngineFailed) as failure:
        async with embedded(copied):
            pass
    assert "pg_control" in failure.value.log_tail
    assert set() == asking.engines_in(copied)


async def test_a_large_log_is_moved_aside_at_the_start(warm: Path) -> None:
    log = warm / "logs" / "valkey.log"
    with log.open("ab") as written:
        written.truncate(9 * 1024 * 1024)
    async with embedded(warm):
        assert log.stat().st_size < 100_000
    assert log.with_suffix(".log.1").stat().st_size == 9 * 1024 * 1024
