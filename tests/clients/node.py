"""Node's own test runner, and the packages that its programmes import.

Without Node, or without a way to get the packages, the tests of the clients are skipped and say
why; `CLIENTS=required` makes that a failure, so that CI cannot pass by leaving them out.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn
from xml.etree import ElementTree as ET

import pytest

_OLDEST: Final = 20
_INSTALL_SECONDS: Final = 300
_RUN_SECONDS: Final = 180


class Absent(Exception):
    """Something that the clients need is not here."""

    def tell(self) -> NoReturn:
        if os.environ.get("CLIENTS") == "required":
            pytest.fail(f"the real clients were not tested: {self}")
        pytest.skip(f"the real clients were not tested: {self}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test of a Node programme; `fault` is what it says when it does not hold."""

    name: str
    fault: str | None
    left_out: bool


def ready_packages(folder: Path) -> None:
    """Installs what the lock file says, unless it is there.

    Raises: Absent.
    """
    npm = shutil.which("npm")
    version = _version()
    if npm is None or version is None or version < _OLDEST:
        raise Absent(f"Node {_OLDEST} or newer is not installed")
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with (folder / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may come at once
        stamp = folder / "node_modules" / ".lock-sha256"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(npm, folder)
            stamp.write_text(wanted)


def _version() -> int | None:
    node = shutil.which("node")
    if node is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.match(r"v(\d+)\.", said.stdout)
    return int(found[1]) if found else None


def _install(npm: str, folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        [npm, "ci", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Absent(f"npm could not install their packages: {done.stderr[-500:]}")


def run_programme(programme: Path, results: Path, shop: str) -> list[Outcome]:
    """Runs the tests of one programme against the shop that this JSON tells of."""
    node = shutil.which("node")
    assert node is not None
    subprocess.run(  # noqa: S603
        [
            node,
            "--test",
            "--test-reporter=junit",
            f"--test-reporter-destination={results}",
            str(programme),
        ],
        cwd=programme.parent,
        env=os.environ | {"LAURELS_SHOP": shop},
        timeout=_RUN_SECONDS,
        check=False,
    )
    return [_outcome(case) for case in ET.parse(results).iter("testcase")]  # noqa: S314 - our own


def _outcome(case: ET.Element) -> Outcome:
    failure = case.find("failure")
    fault = None if failure is None else (failure.text or failure.get("message") or "failed")
    return Outcome(case.get("name", ""), fault, case.find("skipped") is not None)
