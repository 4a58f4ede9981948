"""What kill -9 leaves behind, and that the next start does not mind."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from server.engines import Deployment, embedded, initialise
from tests.server.engines import asking

ROOT = Path(__file__).parents[3]
LAUNCHER = """
import asyncio, pathlib, sys
from server.engines import embedded

async def main():
    async with embedded(pathlib.Path(sys.argv[1])):
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def launch(home: Path) -> asyncio.subprocess.Process:
    """A launcher in a process of its own, once its engines run."""
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LAUNCHER, str(home)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert launcher.stdout is not None
    assert await launcher.stdout.readline() == b"ready\n"
    return launcher


async def test_a_killed_launcher_leaves_no_engine(warm: Path) -> None:
    launcher = await launch(warm)
    assert asking.engines_in(warm) == {"postgres", "valkey-server"}
    launcher.kill()
    await launcher.wait()
    await asking.until(lambda: not asking.engines_in(warm), seconds=30)


async def test_the_next_launcher_may_follow_a_killed_one_at_once(warm: Path) -> None:
    launcher = await launch(warm)
    launcher.kill()
    await launcher.wait()
    async with embedded(warm) as engines:
        assert await asking.answers(engines)


@pytest.mark.parametrize("frozen", ["postgres", "valkey"])
async def test_an_orphan_that_does_not_leave_is_removed(
    warm: Path, frozen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.engines.orphans._LEADER_SECONDS", 0.2)
    launcher = await launch(warm)
    file = "postmaster.pid" if frozen == "postgres" else "valkey.pid"
    orphan = int((warm / frozen / file).read_text().split()[0])
    os.kill(orphan, signal.SIGSTOP)
    launcher.kill()
    await launcher.wait()
    try:
        async with embedded(warm) as engines:
            assert await asking.answers(engines)
        assert asking.is_gone(orphan)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(orphan, signal.SIGKILL)


async def test_a_stale_number_of_another_process_is_no_obstacle(warm: Path) -> None:
    ours = f"{os.getppid()}\n{warm}/postgres\n1700000000\n5432\n{warm}/run\n\n\nready\n"
    (warm / "postgres" / "postmaster.pid").write_text(ours)
    async with embedded(warm) as engines:
        assert await asking.answers(engines)


async def test_a_database_half_made_is_made_anew(tmp_path: Path) -> None:
    initialising = "import asyncio, pathlib, sys; from server.engines import initialise;"
    initialising += "asyncio.run(initialise(pathlib.Path(sys.argv[1])))"
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", initialising, str(tmp_path)), cwd=ROOT
    )
    await asking.until(lambda: is_half_made(tmp_path), seconds=30)
    launcher.kill()
    await launcher.wait()
    assert database_folders(tmp_path) != {"postgres"}
    await initialise(tmp_path)
    assert database_folders(tmp_path) == {"postgres"}


async def test_who_still_works_on_a_half_made_database_is_ended(copied: Path) -> None:
    folder, programme = copied / "postgres.new-1", copied / "initdb"
    folder.mkdir()
    shutil.copy("/bin/sleep", programme)
    late = await asyncio.create_subprocess_exec(programme, "60", cwd=folder)
    await initialise(copied)
    assert await asyncio.wait_for(late.wait(), 2) == -signal.SIGKILL
    assert database_folders(copied) == {"postgres"}


def is_half_made(home: Path) -> bool:
    return any(home.glob("postgres.new-*/base/1/*"))


def database_folders(home: Path) -> set[str]:
    return {path.name for path in home.glob("postgres*")}


@pytest.mark.parametrize("engine", ["postgres", "valkey"])
async def test_a_killed_engine_starts_again_with_its_data(owned: Deployment, engine: str) -> None:
    await asking.put(owned.engines, "kept")
    killed = getattr(owned, engine)
    os.kill(killed.pid, signal.SIGKILL)
    assert await killed.wait() == -signal.SIGKILL
    await killed.start()
    assert await asking.got(owned.engines) == ("kept", "kept")


async def test_a_killed_server_starts_again_while_its_backends_still_work(
    owned: Deployment,
) -> None:
    url = owned.engines.database_url
    busy = asyncio.create_task(asking.sql(url, "DO $$ BEGIN LOOP END LOOP $$"))
    await asyncio.sleep(0.1)
    os.kill(owned.postgres.pid or 0, signal.SIGKILL)
    async with asyncio.timeout(30):  # a bound for a hang, no measurement
        await owned.postgres.start()
    assert await asking.sql(url, "SELECT 1") == 1
    assert isinstance((await asyncio.gather(busy, return_exceptions=True))[0], Exception)
