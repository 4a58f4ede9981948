"""How soon a deployment answers, from nothing, again, and after a child was killed; idle memory."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from bench.figures import Figure
from bench.rig import deployment

COLD_SECONDS: Final = 5
WARM_SECONDS: Final = 2
IDLE_MB: Final = 400
_ROUNDS: Final = 3
_IDLE_SECONDS: Final = 5
RESTART_SECONDS: Final = 2
_LOOK_AGAIN: Final = 0.02
_CHILDREN: Final = {
    "PostgreSQL": "bin/postgres",
    "Valkey": "valkey-server",
    "the worker": "server worker",
    "an API process": "api-process",
}


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
        *await _restarts(),
        Figure("first start to ready", min(cold), "s", "≤ 5 s", min(cold) <= COLD_SECONDS),
        Figure("warm start to ready", min(warm), "s", "≤ 2 s", min(warm) <= WARM_SECONDS),
        Figure("idle memory of the deployment", memory, "MB", "≤ 400 MB", memory <= IDLE_MB),
    ]


async def _restarts() -> list[Figure]:
    """From `kill -9` of each child to its successor's start, in a running deployment."""
    figures: list[Figure] = []
    async with deployment() as running:
        for name, words in _CHILDREN.items():
            seconds = await _kill(running.process, words)
            target = f"≤ {RESTART_SECONDS} s"
            met = seconds <= RESTART_SECONDS
            figures.append(Figure(f"restart of {name} after kill -9", seconds, "s", target, met))
    return figures


async def _kill(supervisor: psutil.Process, words: str) -> float:
    before = _pids(supervisor, words)
    began = time.perf_counter()
    os.kill(before[0], signal.SIGKILL)
    while not set(_pids(supervisor, words)) - set(before):  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(_LOOK_AGAIN)
    return time.perf_counter() - began


def _pids(supervisor: psutil.Process, words: str) -> list[int]:
    found: list[int] = []
    for child in supervisor.children():
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if words in " ".join(child.cmdline()):
                found.append(child.pid)
    return found
