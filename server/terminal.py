"""What commands say: in the terminal's language, and how far they have come."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from infra.i18n import Locale, negotiate

_EVERY_SECONDS: Final = 2.0

Advance = Callable[[int], None]
"""Says that so many more are done."""


def terminal_locale() -> Locale:
    """By `LC_ALL`, `LC_MESSAGES` and `LANG`, as `zh_TW.UTF-8`; English where they say nothing."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return negotiate(value.split(".", maxsplit=1)[0].replace("_", "-"), Locale.EN)
    return Locale.EN


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """A bar on standard error, or, where that is no terminal, a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(title, total)
        return
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*parts, TimeRemainingColumn(), console=console) as shown:
        task = shown.add_task(title, total=total)
        yield lambda step: shown.advance(task, step)


class _Lines:
    """Plain lines, for logs."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._told = time.monotonic()

    def __call__(self, step: int) -> None:
        self._done += step
        now = time.monotonic()
        if now - self._told >= _EVERY_SECONDS or self._done == self._total:
            self._told = now
            print(f"{self._title}: {self._done}/{self._total}", file=sys.stderr, flush=True)  # noqa: T201
