"""What is counted about operations, by type (`query`, …, or `none`) and outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from api.execution.tally import Amounts, Tally

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PAUSE: Final = 1.0  # seconds
_COSTS: Final = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)


class Verdict(StrEnum):
    """How an operation ended: well, with errors of the caller's, or with our own."""

    OK = "ok"
    ERROR = "error"
    FAILED = "failed"


class Metrics:
    """The meters of one process, in the registry that `/metrics` shows.

    What each operation counts is shown once it is settled.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._operations = Tally(_operations(registry))
        self._executions = Tally(_executions(registry))
        self._seconds = Amounts(_seconds(registry))
        self._costs = Amounts(_cost(registry))
        self._refusals = _refusals(registry)
        self.registered = _registered(registry)
        self.sockets = SocketMeters(registry)
        self.count_execution: Callable[[str], None] = self._executions.add

    def count(self, type_: str, verdict: Verdict) -> None:
        self._operations.add(type_, verdict)

    def count_refusal(self, limit: str | None) -> None:
        if limit is not None:
            self._refusals.labels(limit).inc()

    def time(self, type_: str, seconds: float) -> None:
        self._seconds.add(seconds, type_)

    def charge(self, cost: int) -> None:
        self._costs.add(cost)

    def settle(self) -> None:
        """Shows what was counted so far. To be called where it is counted, in the event loop."""
        for kept in (self._operations, self._executions, self._seconds, self._costs):
            kept.settle()

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[None]:
        """Settles once a second, and in the end."""
        settling = asyncio.create_task(self._settle_again_and_again(), name="metrics")
        try:
            yield
        finally:
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)
            self.settle()

    async def _settle_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            self.settle()


class SocketMeters:
    """What is counted about WebSocket connections."""

    def __init__(self, registry: CollectorRegistry) -> None:
        now = partial(Gauge, registry=registry, multiprocess_mode="livesum")
        ever = partial(Counter, registry=registry)
        self.open = now("laurels_graphql_sockets", "Open WebSocket connections.")
        self.groups = now(
            "laurels_graphql_groups", "Groups of like subscribers, each with one event source."
        )
        self.events_sent = ever(
            "laurels_graphql_events_sent", "Messages to subscribers who share their executions."
        )
        self.slow_readers = ever(
            "laurels_graphql_slow_readers",
            "Sockets closed since their clients left too much unread.",
        )


def _operations(registry: CollectorRegistry) -> Counter:
    return Counter(
        "laurels_graphql_operations",
        "GraphQL operations, and events of subscriptions, by type and outcome.",
        ["type", "outcome"],
        registry=registry,
    )


def _executions(registry: CollectorRegistry) -> Counter:
    return Counter(
        "laurels_graphql_executions",
        "Queries, mutations and events by how they were executed: compiled, young (not used "
        "enough to be compiled), or the reason why they never are.",
        ["how"],
        registry=registry,
    )


def _seconds(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "laurels_graphql_operation_seconds",
        "Time to answer a GraphQL query or mutation.",
        ["type"],
        buckets=_BUCKETS,
        registry=registry,
    )


def _cost(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "laurels_graphql_cost",
        "Cost of GraphQL operations: the objects that each may return.",
        buckets=_COSTS,
        registry=registry,
    )


def _refusals(registry: CollectorRegistry) -> Counter:
    return Counter(
        "laurels_graphql_refusals",
        "Operations refused or stopped by a limit: of their documents (tokens, depth, aliases, "
        "directives, fields, pairs, variables, fragments, cost), of a bucket (account, address), "
        "or time.",
        ["limit"],
        registry=registry,
    )


def _registered(registry: CollectorRegistry) -> Gauge:
    return Gauge(
        "laurels_graphql_registered_documents",
        "Registered documents of a process by state: ready, cold (no room to keep them so), or "
        "invalid since the schema changed.",
        ["state"],
        registry=registry,
        multiprocess_mode="livemax",
    )
