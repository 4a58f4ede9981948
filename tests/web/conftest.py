"""The web as its users get it: built, served, and with a phone to look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web import chromium
from tests.web.seeded import Seeded, serving


@pytest.fixture(scope="session")
def packages() -> None:
    """What the web is built and tested with is installed."""
    chromium.install()


@pytest.fixture(scope="session")
def shop(packages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:  # noqa: ARG001
    if chromium.find_browser() is None:
        chromium.leave_out("no Chromium is installed; CHROMIUM may name one")
    chromium.build()
    with serving(tmp_path_factory.mktemp("shop")) as served:
        yield served
