"""Hostile documents against a served deployment: CPU of each, and what a neighbour notices.

One API process, so that whatever an attack takes, it takes from the neighbour. Each attack is sent
as a text that was never seen before, and the CPU is that of the whole process: HTTP, parsing,
validation, the answer and its log line. The neighbour asks one small query after the other on a
connection of its own all the while.
"""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time
from typing import Final

import psutil

from bench.figures import Figure, Figures
from bench.hostile_documents import SETTING, Attack, attacks, bodies
from bench.rig import Client, Deployment, deployment

_TIMES: Final = 10  # of each attack: the kernel counts CPU in hundredths of a second
_AT_MOST: Final = 50.0  # ms
_SHOWN: Final = 12
_SMALL: Final = "{ programme { currency } }"
_REQUIRED: Final = (
    "bomb of 26 fragments",
    "10,000 aliases",
    "list of 1,400 levels",
    "a page of 2,147,483,647",
    "circle of 400 fragments",
)
"""Those that the project promises to answer within the target; the others go beyond them."""


async def measure() -> list[Figure]:
    figures = Figures()
    async with deployment(API_WORKERS="1", LOG_LEVEL="INFO") as shop:
        admin = Client(shop.port, await shop.token("--role", "admin"))
        neighbour = Client(shop.port, await shop.token("--customer", "neighbour"))
        await admin.ask(SETTING)
        process = _api_process(shop)
        quiet = await _neighbour(neighbour, lambda: asyncio.sleep(1))
        costs: dict[str, float] = {}

        async def all_of_them() -> None:
            for attack in _all():
                costs[attack.name] = await _cost(process, admin, attack)
            for name, body in bodies().items():
                costs[f"body: {name}"] = await _cost_of(process, admin, [body()] * _TIMES)

        busy = await _neighbour(neighbour, all_of_them)
        await admin.close()
        await neighbour.close()
    for name in _REQUIRED:
        figures.hold(name, costs.pop(name), "ms CPU", at_most=_AT_MOST)
    dearest = sorted(costs.items(), key=lambda one: -one[1])
    for name, cost in dearest[:_SHOWN]:
        figures.hold(name, cost, "ms CPU", at_most=_AT_MOST)
    left = dearest[_SHOWN:]
    figures.hold(f"the dearest of {len(left)} others", left[0][1], "ms CPU", at_most=_AT_MOST)
    figures.add("yardstick: a loop of 1,000,000 rounds", _yardstick(), "ms CPU")
    for name, waits in (("alone", quiet), ("among attacks", busy)):
        figures.add(f"small query {name}, median", statistics.median(waits), "ms")
        figures.add(f"small query {name}, 99 of 100", _percentile(waits, 99), "ms")
        figures.add(f"small query {name}, longest", max(waits), "ms")
    return figures.all


def _all() -> list[Attack]:
    return [one for group in attacks().values() for one in group]


def _api_process(shop: Deployment) -> psutil.Process:
    [found] = [one for one in shop.process.children() if "api-process" in " ".join(one.cmdline())]
    return found


async def _cost(process: psutil.Process, client: Client, attack: Attack) -> float:
    return await _cost_of(process, client, [attack.body(number) for number in range(_TIMES)])


async def _cost_of(process: psutil.Process, client: Client, requests: list[bytes]) -> float:
    """Milliseconds of CPU that the process takes for one of them.

    What the neighbour's queries took meanwhile is in it: some 0.3 ms each.
    """
    before = _cpu(process)
    for request in requests:
        answer = json.loads(await client.send(request))
        assert "INTERNAL_SERVER_ERROR" not in str(answer.get("errors")), answer
    return (_cpu(process) - before) * 1_000 / len(requests)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _neighbour(client: Client, meanwhile: Callable[[], Awaitable[None]]) -> list[float]:
    """How long each of its queries took, in ms, until the rest was done."""
    waits: list[float] = []
    body = client.body(_SMALL)

    async def ask() -> None:
        while True:
            began = perf_counter()
            await client.send(body)
            waits.append((perf_counter() - began) * 1_000)
            await asyncio.sleep(0.02)

    asking = asyncio.create_task(ask())
    await meanwhile()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    return waits


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _yardstick() -> float:
    """What a loop takes here and now: on a shared machine it varies twofold within minutes."""
    began = process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (process_time() - began) * 1_000
