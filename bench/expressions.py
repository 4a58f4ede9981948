"""What expressions cost: binding an activity, asking one, and the worst that may be saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psutil

from bench.figures import Figure, Figures
from domain.expressions import Condition, ExpressionFailed, Formula, MemberFacts
from gamification.expressions import Expressions

JOINED = datetime(2024, 1, 1, tzinfo=UTC)
MEMBER = MemberFacts("gold", 2, JOINED, 4, "loyal", "shopper-7")
CONDITIONS = (
    "member.tier == 'gold'",
    "activity.attributes.total >= 300.0",
    'activity.attributes.items.exists(i, i.category == "beauty")',
    "activity.attributes.items.filter(i, i.quantity > 1).size() >= 2",
)
FORMULAS = ("activity.attributes.total * 1.0", "activity.attributes.total * 2")
WORST = (
    "activity.attributes.items.map(i, i.price).size() > 0",
    "activity.attributes.items.map(i, activity.attributes.items.filter(j, true)).size() > 0",
    "activity.attributes.items == activity.attributes.items",
    "activity.attributes.items.all(i, activity.attributes.note.indexOf('ab') < 0)",
)


@dataclass(frozen=True, slots=True)
class Order:
    attributes: dict[str, Any]
    type: str = "order.paid"
    source: str = "shop"
    occurred_at: datetime = datetime(2025, 6, 1, tzinfo=UTC)


def an_order(items: int, note: str = "") -> Order:
    line = {"sku": "s-1", "name": "精华液", "category": "care", "quantity": 2, "price": "19.99"}
    return Order({"total": "300.50", "currency": "CNY", "note": note, "items": [line] * items})


def microseconds(act: Callable[[], object], times: int = 20_000) -> float:
    """The best of five rounds."""
    rounds: list[float] = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append((time.perf_counter() - started) / times)
    return min(rounds) * 1e6


def measure_ordinary(figures: Figures, expressions: Expressions) -> None:
    order = an_order(5)
    member_only = expressions.compile_condition(CONDITIONS[0])
    total = expressions.compile_condition(CONDITIONS[1])
    figures.add("bind, unused", microseconds(lambda: expressions.bind(order, MEMBER)), "µs")
    first = microseconds(lambda: member_only(expressions.bind(order, MEMBER)))
    figures.add("bind and first expression, member only", first, "µs")
    first = microseconds(lambda: total(expressions.bind(order, MEMBER)))
    figures.add("bind and first expression, attributes of 5 items", first, "µs")
    rules: list[Condition | Formula] = [expressions.compile_condition(text) for text in CONDITIONS]
    rules += [expressions.compile_formula(text) for text in FORMULAS]
    for rule, text in zip(rules, (*CONDITIONS, *FORMULAS), strict=True):
        figures.add(text, microseconds(partial(rule, expressions.bind(order, MEMBER))), "µs")
    fresh = Expressions(remembered=0)
    figures.add("compile", microseconds(lambda: fresh.compile_condition(CONDITIONS[2]), 200), "µs")


def measure_worst(figures: Figures, expressions: Expressions) -> None:
    large = an_order(1_000, "a" * 60_000)
    for text in WORST:
        condition = expressions.compile_condition(text)
        started = time.perf_counter()
        try:
            condition(expressions.bind(large, MEMBER))
        except ExpressionFailed as failed:
            text = f"{text[:70]} -> {failed.reason}"  # noqa: PLW2901 - told in the table
        figures.add(f"1,000 items: {text}"[:92], (time.perf_counter() - started) * 1e3, "ms")


def measure_memory(figures: Figures, expressions: Expressions) -> None:
    rules = [expressions.compile_condition(f"activity.attributes.total > {n}.0") for n in range(20)]
    process = psutil.Process()
    order, before = an_order(5), process.memory_info().rss
    started = time.perf_counter()
    for _ in range(20):
        for binding in [expressions.bind(order, MEMBER) for _ in range(500)]:
            for rule in rules:
                rule(binding)
    each = (time.perf_counter() - started) / 200_000 * 1e6
    figures.add(
        "500 activities × 20 expressions, 20 batches: one evaluation, all included", each, "µs"
    )
    figures.add("  memory grown", (process.memory_info().rss - before) / 1e6, "MB")


async def measure() -> list[Figure]:
    """One after the other, in this process."""
    figures, expressions = Figures(), Expressions()
    measure_ordinary(figures, expressions)
    measure_worst(figures, expressions)
    measure_memory(figures, expressions)
    return figures.all
