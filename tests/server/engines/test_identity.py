"""Engines run without root: as an ordinary user, in a namespace, and where there is none."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from server.engines import HomeUnusable, embedded, locate, processes
from tests.server.engines import asking

NOBODY = 65534
ROOT = Path(__file__).parents[3]
AS_NOBODY = """
import asyncio, encodings.idna, os, pathlib, sys
sys.path.insert(0, sys.argv[3])
import asyncpg, asyncpg.protocol.protocol
from server.engines import embedded, locate
binaries = locate.locate()
if sys.argv[2]:
    binaries = locate.relocated(binaries, pathlib.Path(sys.argv[2]))
os.setgroups([]); os.setgid(65534); os.setuid(65534)

async def main():
    async with embedded(pathlib.Path(sys.argv[1]), binaries=binaries) as engines:
        connection = await asyncpg.connect(engines.database_url)
        print(os.geteuid(), await connection.fetchval("SELECT 40 + 2"))
        await connection.close()

asyncio.run(main())
"""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="laurels-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def readable_by_nobody(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


@root_only
def test_an_ordinary_user_runs_them_as_itself(public: Path) -> None:
    home = public / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    programmes = locate.locate()
    copy = "" if readable_by_nobody(programmes.postgres) else str(public / "programmes")
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", AS_NOBODY, str(home), copy, str(ROOT)],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (done.stdout, done.stderr) == (b"65534 42\n", b"")
    assert (home / "postgres").stat().st_uid == NOBODY


@root_only
async def test_unreadable_programmes_are_copied_for_nobody(
    public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_namespaces(monkeypatch)
    hidden = locate.relocated(locate.locate(), tmp_path / "hidden")
    (tmp_path / "hidden").chmod(0o700)
    async with embedded(public / "home", binaries=hidden) as engines:
        assert await asking.answers(engines)
        assert {NOBODY} == users_in(public)


@root_only
async def test_a_folder_made_in_a_namespace_moves_where_there_is_none(
    warm: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(warm, public / "home")
    forbid_namespaces(monkeypatch)
    async with embedded(home) as engines:
        assert await asking.answers(engines)
        assert {NOBODY} == users_in(public)


@root_only
async def test_a_folder_nobody_can_reach_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_namespaces(monkeypatch)
    with pytest.raises(HomeUnusable, match="lets others through"):
        async with embedded(tmp_path / "home"):
            pass


def forbid_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_uid: int, _gid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(processes, "_enter_namespace", forbidden)


def users_in(folder: Path) -> set[int]:
    return {one.uids().real for one in psutil.process_iter() if works_in(one, folder)}


def works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False
