"""What the web's own tests need beside Python: Node, the web's packages, and a Chromium.

Without them they are skipped and say why; `WEB=required` makes that a failure, so that CI cannot
pass by leaving them out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NoReturn

import pytest

from server.settings import PROJECT
from tests.clients.node import Absent, ready_packages

WEB: Final = PROJECT / "web"
_BROWSERS: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_SECONDS: Final = 900


def leave_out(reason: object) -> NoReturn:
    """Skips the test with the reason; fails it where the web must be tested."""
    if os.environ.get("WEB") == "required":
        pytest.fail(f"the web was not tested: {reason}")
    pytest.skip(f"the web was not tested: {reason}")


def find_browser() -> str | None:
    """A Chromium on this machine; `CHROMIUM` names another one."""
    places = (os.environ.get("CHROMIUM"), *_BROWSERS)
    return next((place for place in places if place and Path(place).exists()), None)


def install() -> None:
    """The packages that the lock file names. Skips where they cannot be had."""
    try:
        ready_packages(WEB)
    except Absent as absent:
        leave_out(absent)


def build() -> None:
    """`web/dist`, unless it is there and not stale."""
    done = subprocess.run(  # noqa: S603 - our own script
        [WEB / "build.sh"], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_node(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A programme of Node's in the web's folder, to its end."""
    node = shutil.which("node")
    assert node is not None
    return subprocess.run(  # noqa: S603
        [node, *words],
        cwd=WEB,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def npm(script: str) -> subprocess.CompletedProcess[str]:
    """A script of the web's `package.json`, to its end."""
    found = shutil.which("npm")
    assert found is not None
    return subprocess.run(  # noqa: S603
        [found, "run", "--silent", script],
        cwd=WEB,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
