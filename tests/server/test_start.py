"""What a start is spared."""

from __future__ import annotations

import subprocess
import sys

# Loading a shop, checking addresses and asking an identity provider are not for every start.
LATE = {"yaml", "server.demo", "email_validator", "phonenumbers", "httpx"}


def imported_with(module: str) -> set[str]:
    told = subprocess.run(  # noqa: S603 - a module of ours
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(told.stdout.split())


def test_an_api_process_starts_without_what_few_requests_need() -> None:
    assert not LATE & imported_with("server.api_process")


def test_a_worker_starts_without_what_few_duties_need() -> None:
    assert not LATE & imported_with("server.worker")


def test_the_supervisor_knows_neither_schema_nor_programme() -> None:
    assert not {"api", "gamification", "strawberry"} & imported_with("server.up")
