"""A served shop for real clients, and the packages of those that run on Node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.node import Absent, ready_packages
from tests.clients.shop import Shop, serving


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with serving(tmp_path_factory.mktemp("shop")) as served:
        yield served


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the Node programmes, with what they import installed."""
    folder = Path(__file__).parent
    try:
        ready_packages(folder)
    except Absent as absent:
        absent.tell()
    return folder
