"""A deployment as its users start it, with a shop of one rule and one board, for real clients."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.node import Absent, ready_packages
from tests.clients.shop import CUSTOMERS, Shop, settle
from tests.support.command import LAURELS, Command

_READY = "Laurels is ready at "


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("served")
    command = Command(
        {
            "LAURELS_HOME": str(home / "home"),
            "DEMO": "0",
            "SANDBOX": "1",
            "PORT": "0",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "WARNING",
        }
    )
    log = home / "log"
    with log.open("w") as written, _up(command, written.fileno()) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(_READY), log.read_text()
            served = Shop(line.removeprefix(_READY), _tokens(command), log)
            settle(served)
            yield served
        finally:
            process.terminate()
            process.wait(timeout=30)


def _up(command: Command, log: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [*LAURELS, "up"],
        env=command.environment,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


def _tokens(command: Command) -> dict[str, str]:
    words = [word for ref in CUSTOMERS.values() for word in ("--customer", ref)]
    members = command("token", *words).stdout.split()
    staff = {role: command("token", "--role", role).stdout.strip() for role in ("admin", "service")}
    return dict(zip(CUSTOMERS, members, strict=True)) | staff


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the Node programmes, with what they import installed."""
    folder = Path(__file__).parent
    try:
        ready_packages(folder)
    except Absent as absent:
        absent.tell()
    return folder
