"""The whole path of a request: token, limits, PostgreSQL, Redis, JSON; CPU of the API process.

A real deployment with ten live rules, three boards and 5,000 members; beside it two API processes
of our own, one with the product's application and one with an endpoint by hand that checks the
same token and reads the same with the same store functions. Both are asked in turns, by sixteen
members over kept connections, for a home screen: the member, points, a statement of 20 entries
with explanations, and three boards with their first and the member's surroundings. The product
also charges its rate limits, keeps its time limit and counts its meters, which the endpoint by
hand does not. No access log is written.
"""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final

import orjson

from bench.figures import Figure
from bench.peers import PROJECT, Server, check_that_all_answer_alike, in_turns, python, served
from bench.rig import Client, Deployment, deployment
from bench.shop import INGEST, activity, open_shop, orders
from bench.whole_screen import ENTRIES, SCREEN

RATIO: Final = 2.5
REQUESTS: Final = 64
"""A round. Together they stay below what one address may ask for."""

_CUSTOMERS: Final = range(16)
_ORDERS: Final = 10  # of each: two entries an order
_BODY: Final = Client.body(SCREEN, {"entries": ENTRIES})


async def measure() -> list[Figure]:
    """Ratios within rounds are what counts."""
    async with deployment() as running, AsyncExitStack() as stack:
        await _fill(running)
        named = [word for number in _CUSTOMERS for word in ("--customer", f"c{number}")]
        tokens = await running.tokens(*named)
        meters = stack.enter_context(tempfile.TemporaryDirectory(prefix="laurels-bench-"))
        settings = {
            "LAURELS_HOME": str(running.home),
            "LOG_LEVEL": "WARNING",
            "DEMO": "0",
            "RATE_LIMITS": "1",
            "PROMETHEUS_MULTIPROC_DIR": meters,
        }
        servers: dict[str, Server] = {}
        for name in ("product", "by-hand"):
            command = python("bench.whole_serving", name)
            server = served(command, PROJECT, tokens=tokens, settings=settings)
            servers[name] = await stack.enter_async_context(server)
        answer = await check_that_all_answer_alike(servers, _BODY)
        rounds = await in_turns(servers, _BODY, REQUESTS)
    ratio = median(a / b for a, b in zip(rounds["product"], rounds["by-hand"], strict=True))
    return [
        Figure("whole path, response", len(orjson.dumps(answer)) / 1024, "KiB"),
        Figure("whole path, product", min(rounds["product"]), "ms CPU"),
        Figure("whole path, by hand", min(rounds["by-hand"]), "ms CPU"),
        Figure("whole path ÷ by hand", ratio, "×", f"≤ {RATIO} ×", ratio <= RATIO),
    ]


async def _fill(running: Deployment) -> None:
    """Orders of everybody, and enough of the member who will ask."""
    admin = Client(running.port, await running.token("--role", "admin"))
    service = Client(running.port, await running.token("--role", "service"))
    await open_shop(admin, service)
    for batch in orders(seed=1, batches=2, size=1_000):
        await service.ask(INGEST, {"input": {"activities": batch}})
    own = [_order(customer, number) for customer in _CUSTOMERS for number in range(_ORDERS)]
    await service.ask(INGEST, {"input": {"activities": own}})
    await admin.close()
    await service.close()


def _order(customer: int, number: int) -> dict[str, Any]:
    name = f"own-{customer}-{number}"
    written = activity(
        "order.paid",
        name,
        customer,
        {"orderRef": name, "total": f"{10 + number}.50", "currency": "CNY",
         "channel": "app", "items": []},
    )  # fmt: skip
    return written | {"occurredAt": datetime.now(UTC).isoformat()}
