"""A deal at moments around its deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.deals.deal import Deal, DealState, check_open
from domain.deals.offers import DealKind
from domain.errors import Ended

START = datetime(2026, 11, 11, tzinfo=UTC)
END = START + timedelta(hours=24)
GROUP = Deal(
    id=UUID(int=1),
    offer_id=UUID(int=2),
    product_id=UUID(int=3),
    kind=DealKind.GROUP_BUY,
    size=3,
    price=Decimal("7.50"),
    start_price=None,
    currency="CNY",
    owner_id=UUID(int=4),
    started_at=START,
    ends_at=END,
    seed=None,
)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (START, DealState.OPEN),
        (END - INSTANT, DealState.OPEN),
        (END, DealState.FAILED),
        (END + INSTANT, DealState.FAILED),
    ],
)
def test_who_comes_at_the_deadline_comes_too_late(now: datetime, state: DealState) -> None:
    assert GROUP.state_at(now) is state
    if state is DealState.OPEN:
        check_open(GROUP, now)
    else:
        with pytest.raises(Ended):
            check_open(GROUP, now)


@pytest.mark.parametrize("state", [DealState.SUCCEEDED, DealState.FAILED])
def test_what_has_ended_stays_as_it_ended(state: DealState) -> None:
    ended = replace(GROUP, state=state, ended_at=START)
    assert {ended.state_at(now) for now in (START, END, END + INSTANT)} == {state}


def test_a_group_cuts_nothing() -> None:
    assert list(GROUP.cuts()) == []
    with pytest.raises(TypeError):
        _ = GROUP.terms
