"""A rehearsal as a page that stands by itself, in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.ledger import Step
from infra.i18n import Catalogue, Locale
from insights.plots import Bar, bars
from insights.programme_rehearsal import (
    Change,
    Comparison,
    Example,
    Rehearsed,
    Side,
    class_of,
)
from insights.report import page, steps_of

FIRST = date(2026, 5, 1)


def side(points: int, **more: Any) -> Side:  # noqa: ANN401
    given: dict[str, Any] = {
        "points": points, "members": 3, "worth": Decimal(points) / 100, "currency": "CNY",
        "days": {FIRST + timedelta(days=n): points // 10 for n in range(10)},
        "rules": {"Order <b>": points}, "prizes": {}, "challenges": (), "tiers": {"Gold": 2},
        "badges": {}, "boards": {},
    }  # fmt: skip
    return Side(**(given | more))


@pytest.fixture
def rehearsed() -> Rehearsed:
    comparison = Comparison()
    for number, (present, changed) in enumerate([(10, 40), (50, 20), (7, 7)]):
        comparison.add(Change(UUID(int=number), f"C-{number}", present, changed))
    step = Step("base", None, Decimal(40))
    at = datetime(2026, 5, 2, tzinfo=UTC)
    example = Example("C-0", "order.paid", at, "Order", 40, (step,))
    last = FIRST + timedelta(days=31)
    return Rehearsed(FIRST, last, 1234, side(1000), side(1500), comparison, (example,))


@pytest.mark.parametrize("locale", list(Locale))
def test_the_page_is_complete_in_every_language(
    rehearsed: Rehearsed, catalogue: Catalogue, locale: Locale
) -> None:
    def say(key: str, **params: object) -> str:
        return catalogue.say(key, locale, **params)

    text = page(rehearsed, say, name="summer.yaml", lang=locale.value)
    assert text.startswith(f'<!doctype html><html lang="{locale.value}">')
    for shown in ("1,000 → 1,500", "summer.yaml", "1,234", "+30", "−30", say("rehearsal.how")):
        assert shown in text


def test_the_page_fetches_nothing_and_trusts_no_name(
    rehearsed: Rehearsed, catalogue: Catalogue
) -> None:
    text = page(rehearsed, lambda key, **p: catalogue.say(key, Locale.EN, **p), name="x", lang="en")
    assert not any(word in text for word in ("http", "src=", "url(", "<script", "@import"))
    assert "Order &lt;b&gt;" in text


def test_days_are_told_each_for_three_months_and_by_weeks_beyond(rehearsed: Rehearsed) -> None:
    assert len(steps_of(rehearsed)) == 10
    year = Rehearsed(
        FIRST, FIRST + timedelta(days=365), 1, side(1000), side(1500), Comparison(), ()
    )
    assert [(present, changed) for _, present, changed in steps_of(year)] == [
        (700, 1050),
        (300, 450),
    ]


@pytest.mark.parametrize(
    ("more", "rung"),
    [(0, 0), (1, 1), (2, 1), (3, 2), (9, 2), (10, 3), (29, 3), (30, 4), (-300, -6)],
)
def test_changes_are_counted_in_classes(more: int, rung: int) -> None:
    assert class_of(more) == rung


def test_a_comparison_counts_who_gains_and_keeps_who_does_most() -> None:
    comparison = Comparison()
    for number in range(20):
        comparison.add(Change(UUID(int=number), f"C-{number}", 100, 100 + number - 5))
    assert (comparison.gain, comparison.lose, comparison.same) == (14, 5, 1)
    assert [one.more for one in comparison.most_gained] == [14, 13, 12, 11, 10, 9, 8, 7]
    assert [one.more for one in comparison.most_lost] == [-5, -4, -3, -2, -1]


def test_a_plot_without_anything_is_a_plot() -> None:
    assert bars([], label="nothing").startswith("<svg")
    assert "<rect" in bars([Bar("a", (0.0, 5.0))], label="some")
