"""How soon a deployment answers, from nothing and again, and what it holds while idle."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from bench.figures import Figure
from bench.rig import deployment

COLD_SECONDS: Final = 5
WARM_SECONDS: Final = 2
IDLE_MB: Final = 400
_ROUNDS: Final = 3
_IDLE_SECONDS: Final = 5


async def measure() -> list[Figure]:
    """The best of three rounds: what else runs on the machine only ever adds."""
    cold: list[float] = []
    warm: list[float] = []
    memory = 0.0
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
            async with deployment(Path(folder)) as first:
                cold.append(first.seconds_to_ready)
            async with deployment(Path(folder)) as again:
                warm.append(again.seconds_to_ready)
                await asyncio.sleep(_IDLE_SECONDS)
                memory = max(memory, again.memory())
    return [
        Figure("first start to ready", min(cold), "s", "≤ 5 s", min(cold) <= COLD_SECONDS),
        Figure("warm start to ready", min(warm), "s", "≤ 2 s", min(warm) <= WARM_SECONDS),
        Figure("idle memory of the deployment", memory, "MB", "≤ 400 MB", memory <= IDLE_MB),
    ]
