"""What tiers cost the firehose: the same orders with and without, two deployments in turns.

Compared is the CPU time of all their processes, because the wall clock of a shared machine tells
who else was at work. The ladder has four tiers over a rolling year: every order counts for a day
of its member and judges the member's tier.
"""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any, Final

from bench.figures import Figure
from bench.rig import Client, Deployment, deployment
from bench.shop import INGEST, open_shop, orders

TIMES: Final = 1.3
_ROUNDS: Final = 8
_BATCHES: Final = 4
_SIZE: Final = 1_000

_SAVE_TIER: Final = (
    "mutation ($input: TierInput!) { saveTier(input: $input) { userErrors { code } } }"
)
_SAVE_RULES: Final = (
    "mutation ($input: TierRulesInput!) { saveTierRules(input: $input) { userErrors { code } } }"
)
_TIERS: Final = (("silver", 1, 500), ("gold", 2, 1_500), ("diamond", 3, 3_000))
_RULES: Final[dict[str, Any]] = {
    "metric": {
        "trigger": ["order.paid"],
        "measure": "SUM",
        "attribute": "total",
        "window": "ROLLING_DAYS",
        "rollingDays": 365,
    }
}


async def measure() -> list[Figure]:
    """Rounds of the same orders in turns; the median of the rounds' ratios."""
    async with deployment() as plain, deployment() as tiered:
        without, with_tiers = await _opened(plain), await _opened(tiered)
        await _measure_tiers(tiered)
        seconds: list[tuple[float, float]] = []
        for number in range(_ROUNDS + 1):
            took = [
                await _pour(running, clients, number)
                for running, clients in ((plain, without), (tiered, with_tiers))
            ]
            seconds.append((took[0], took[1]))
        await _check(with_tiers[0])
        for client in (*without, *with_tiers):
            await client.close()
    counted = seconds[1:]  # the first warms up
    without_tiers, with_them = (median(column) for column in zip(*counted, strict=True))
    ratio = median(b / a for a, b in counted)
    return [
        Figure("CPU of 1,000 orders without tiers", without_tiers * 1000, "ms"),
        Figure("CPU of 1,000 orders with tiers", with_them * 1000, "ms"),
        Figure("with ÷ without", ratio, "×", f"≤ {TIMES}", ratio <= TIMES),
    ]


async def _opened(running: Deployment) -> list[Client]:
    admin = Client(running.port, await running.token("--role", "admin"))
    service = await running.token("--role", "service")
    clients = [Client(running.port, service) for _ in range(_BATCHES)]
    await open_shop(admin, clients[0])
    await admin.close()
    return clients


async def _measure_tiers(running: Deployment) -> None:
    admin = Client(running.port, await running.token("--role", "admin"))
    for key, level, threshold in _TIERS:
        tier = {"key": key, "name": key, "level": level, "threshold": threshold}
        await admin.ask(_SAVE_TIER, {"input": {**tier, "pointsMultiplier": "1.5"}})
    answer = await admin.ask(_SAVE_RULES, {"input": _RULES})
    assert not answer["saveTierRules"]["userErrors"], answer
    await asyncio.sleep(5)  # until the worker has looked back
    await admin.close()


async def _pour(running: Deployment, clients: list[Client], number: int) -> float:
    """CPU seconds for 1,000 orders."""
    bodies = [
        Client.body(INGEST, {"input": {"activities": batch}})
        for batch in orders(number, len(clients), _SIZE)
    ]
    began = _cpu_seconds(running)
    answers = await asyncio.gather(
        *(client.send(body) for client, body in zip(clients, bodies, strict=True))
    )
    for answer in answers:
        assert answer.count(b'"APPLIED"') == _SIZE, answer[:500]
    await asyncio.sleep(1)  # what the processes still do about them
    return (_cpu_seconds(running) - began) / len(clients)


def _cpu_seconds(running: Deployment) -> float:
    family = [running.process, *running.process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


async def _check(client: Client) -> None:
    """The tiers were really judged: somebody holds one."""
    query = '{ leaderboard(key: "spend") { top(first: 1) { member { tier { key } } } } }'
    answer: Any = await client.ask(query)
    (first,) = answer["leaderboard"]["top"]
    assert first["member"]["tier"]["key"] == "diamond", answer
