"""What tiers cost the firehose: the same orders with and without, two deployments in turns.

The ladder has four tiers over a rolling year, so every order counts for a day of its member,
judges the member's tier, and most move the day on which it ends.
"""

from __future__ import annotations

import asyncio
import time
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
            took = [await _pour(one, number) for one in (without, with_tiers)]
            seconds.append((took[0], took[1]))
        await _check(with_tiers[0])
        for client in (*without, *with_tiers):
            await client.close()
    counted = seconds[1:]  # the first warms up
    rates = [_BATCHES * _SIZE / median(column) for column in zip(*counted, strict=True)]
    ratio = median(b / a for a, b in counted)
    return [
        Figure("orders without tiers", rates[0], "/s"),
        Figure("orders with tiers", rates[1], "/s"),
        Figure("time with ÷ without", ratio, "×", f"≤ {TIMES}", ratio <= TIMES),
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


async def _pour(clients: list[Client], number: int) -> float:
    bodies = [
        Client.body(INGEST, {"input": {"activities": batch}})
        for batch in orders(number, len(clients), _SIZE)
    ]
    began = time.perf_counter()
    answers = await asyncio.gather(
        *(client.send(body) for client, body in zip(clients, bodies, strict=True))
    )
    for answer in answers:
        assert answer.count(b'"APPLIED"') == _SIZE, answer[:500]
    return time.perf_counter() - began


async def _check(client: Client) -> None:
    """The tiers were really judged: somebody holds one."""
    query = '{ leaderboard(key: "spend") { top(first: 1) { member { tier { key } } } } }'
    answer: Any = await client.ask(query)
    (first,) = answer["leaderboard"]["top"]
    assert first["member"]["tier"]["key"] == "diamond", answer
