"""What operations count, and what of it the meters show."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram

from api.execution import metrics as module
from api.execution.metrics import Metrics, Verdict
from api.execution.tally import Amounts, Tally

BUCKETS = (1, 3, 10)


def histogram() -> tuple[CollectorRegistry, Histogram]:
    registry = CollectorRegistry()
    return registry, Histogram("costs", "Costs.", ["type"], buckets=BUCKETS, registry=registry)


def shown(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    """All samples but for when a meter was made."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


@given(st.lists(st.tuples(st.sampled_from(["query", "mutation"]), st.integers(0, 12))))
def test_a_histogram_observes_the_same_at_once_as_one_by_one(
    amounts: list[tuple[str, int]],
) -> None:
    (registry, observing), (together, settling) = histogram(), histogram()
    kept = Amounts(settling)
    for type_, amount in amounts:
        observing.labels(type_).observe(amount)
        kept.add(amount, type_)
    kept.settle()
    assert shown(together) == shown(registry)


def test_what_is_settled_is_counted_once() -> None:
    registry = CollectorRegistry()
    kept = Tally(Counter("operations", "Operations.", ["type"], registry=registry))
    for _ in range(2):
        kept.add("query")
        kept.settle()
        kept.settle()
    assert shown(registry) == {("operations_total", "query"): 2.0}


async def test_the_meters_follow_and_nothing_is_lost_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    ended = ("laurels_graphql_operations_total", "query", "ok")
    monkeypatch.setattr(module, "_PAUSE", 3600)
    async with metrics.settled():
        metrics.count("query", Verdict.OK)
        assert ended not in shown(registry)
    assert shown(registry)[ended] == 1.0


async def test_the_meters_follow_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    ended = ("laurels_graphql_operations_total", "query", "ok")
    monkeypatch.setattr(module, "_PAUSE", 0)
    async with metrics.settled():
        metrics.count("query", Verdict.OK)
        while ended not in shown(registry):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
