"""Data folders for tests. Making one takes most of a second, so a worker makes one and lends it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.engines import Deployment, embedded, own


@pytest.fixture(scope="session")
async def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which nothing runs. Tests may crash its engines, not damage its files."""
    home = tmp_path_factory.mktemp("warm") / "home"
    async with embedded(home):
        pass
    return home


@pytest.fixture
def copied(warm: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, to be damaged."""
    return Path(shutil.copytree(warm, tmp_path / "copied", symlinks=True))


@pytest.fixture
async def owned(warm: Path) -> AsyncIterator[Deployment]:
    """Engines that run, and that the test may mistreat."""
    async with own(warm) as deployment:
        await deployment.start()
        yield deployment
