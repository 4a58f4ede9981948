"""A programme file with every section, and the command on the test's own database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server.wiring import Laurels
from tests.support.command import Command
from tests.support.designer import Designer

FILE = (Path(__file__).parent / "programme.yaml").read_text("utf-8")
"""The programme that the tests begin with."""


@pytest.fixture
def file() -> str:
    return FILE


@pytest.fixture
def designer(laurels: Laurels) -> Designer:
    return Designer(laurels)


@pytest.fixture
def command(laurels: Laurels, tmp_path: Path) -> Command:
    """On the test's own database."""
    return Command(
        {
            "LAURELS_HOME": str(tmp_path),
            "DATABASE_URL": laurels.engines.database_url,
            "REDIS_URL": laurels.engines.redis_url,
            "DEMO": "0",
        }
    )


Written = Callable[[str], str]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a programme file and gives its path."""

    def write_file(text: str) -> str:
        path = tmp_path / "programme.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return write_file
