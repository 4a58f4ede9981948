"""Data folders for tests: empty ones, and warm ones copied from a folder made once."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.engines import Deployment, embedded, own


@pytest.fixture(scope="session")
async def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been started once and stopped cleanly."""
    home = tmp_path_factory.mktemp("seed") / "home"
    async with embedded(home):
        pass
    return home


@pytest.fixture
def warm(seed: Path, tmp_path: Path) -> Path:
    """A data folder of its own for one test, in which nothing runs yet."""
    return Path(shutil.copytree(seed, tmp_path / "warm", symlinks=True))


@pytest.fixture
async def owned(warm: Path) -> AsyncIterator[Deployment]:
    """Engines that run, and that the test may mistreat."""
    async with own(warm) as deployment:
        await deployment.start()
        yield deployment
