"""The `laurels` command as its users run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parent.parent.parent
_OURS: Final = ("LAURELS_", "DATABASE_URL", "REDIS_URL", "DEMO", "SANDBOX", "PORT", "HOST")
LAURELS: Final = (sys.executable, "-m", "server")


@dataclass(frozen=True, slots=True)
class Command:
    """Runs commands with these settings and no others."""

    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(_ROOT), **self.settings}

    def __call__(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs to the end."""
        return subprocess.run(  # noqa: S603 - our own command
            [*LAURELS, *words],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """Starts it and lets it run; what it says on both streams comes together."""
        return subprocess.Popen(  # noqa: S603
            [*LAURELS, *words],
            env=self.environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
