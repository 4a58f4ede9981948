"""How one activity becomes points, each factor written down."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning import EarnRule, Multipliers, Room, points_of
from domain.expressions import ExpressionFailed, FailureReason
from domain.ledger import MOST_POINTS, Step
from tests.support.plain_programme import NOON, Shown, rule

NO_ROOM_NEEDED = Room()
NOBODY = Multipliers()


def points(
    exact: str, *, multipliers: Multipliers = NOBODY, room: Room = NO_ROOM_NEEDED, **terms: object
) -> tuple[int, list[str]]:
    """Points of a rule with this formula, and the names of the steps."""
    found, steps = points_of(
        rule("r", lambda _: Decimal(exact), **terms), shown(), multipliers, room
    )
    return found, [step.key for step in steps]


def shown() -> Shown:
    return Shown({}, None)  # type: ignore[arg-type]


def test_points_are_floored_and_say_so() -> None:
    assert points("12.999999") == (12, ["base", "rounding"])


def test_whole_points_need_no_rounding() -> None:
    assert points("1999") == (1999, ["base"])


def test_the_tier_multiplies_only_rules_that_ask_for_it() -> None:
    gold = Multipliers(tier=Decimal("1.5"))
    assert points("10", multipliers=gold) == (10, ["base"])
    assert points("10", multipliers=gold, tier_multiplied=True) == (15, ["base", "tier"])


def test_the_membership_multiplies_every_rule() -> None:
    assert points("10", multipliers=Multipliers(membership=Decimal(2))) == (
        20,
        ["base", "membership"],
    )


def test_flooring_comes_after_all_factors() -> None:
    both = Multipliers(tier=Decimal("1.5"), membership=Decimal("1.1"))
    assert points("9.99", multipliers=both, tier_multiplied=True) == (
        16,
        ["base", "tier", "membership", "rounding"],
    )


def test_the_daily_cap_is_applied_before_the_budget() -> None:
    assert points("100", room=Room(cap=30, budget=5)) == (5, ["base", "daily_cap", "budget"])


def test_a_limit_that_is_not_reached_is_not_mentioned() -> None:
    assert points("100", room=Room(cap=100, budget=100)) == (100, ["base"])


def test_an_overdrawn_limit_gives_nothing() -> None:
    assert points("100", room=Room(budget=-3))[0] == 0


def test_more_points_than_a_balance_can_hold_are_a_failure() -> None:
    with pytest.raises(ExpressionFailed) as failed:
        points("9007199254740990", multipliers=Multipliers(membership=Decimal(2)))
    assert failed.value.reason == FailureReason.TOO_LARGE


def test_each_step_tells_its_factor_and_what_it_made() -> None:
    _, steps = points_of(
        rule("r", lambda _: Decimal("10.5"), tier_multiplied=True),
        shown(),
        Multipliers(tier=Decimal("1.5")),
        Room(cap=12),
    )
    assert steps == (
        Step("base", None, Decimal("10.5")),
        Step("tier", Decimal("1.5"), Decimal("15.75")),
        Step("rounding", None, Decimal(15)),
        Step("daily_cap", None, Decimal(12)),
    )


def test_a_schedule_covers_its_start_and_not_its_end() -> None:
    one = rule("r", lambda _: 1, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    moments = (NOON - timedelta(seconds=1), NOON, NOON + timedelta(hours=1))
    assert [one.covers(moment) for moment in moments] == [False, True, False]


def test_a_rule_without_a_schedule_always_covers() -> None:
    assert rule("r", lambda _: 1).covers(NOON)


@given(
    exact=st.decimals(0, 10**9, places=6),
    tier=st.decimals("0.0001", 1000, places=4),
    membership=st.decimals("0.0001", 10, places=4),
    cap=st.none() | st.integers(-5, 10**6),
    budget=st.none() | st.integers(-5, 10**6),
)
def test_points_are_the_exact_product_floored_and_limited(
    exact: Decimal, tier: Decimal, membership: Decimal, cap: int | None, budget: int | None
) -> None:
    product = floor(Fraction(exact) * Fraction(tier) * Fraction(membership))
    limits = [limit for limit in (cap, budget) if limit is not None]
    asked: EarnRule = rule("r", lambda _: exact, tier_multiplied=True)
    found, steps = points_of(asked, shown(), Multipliers(tier, membership), Room(cap, budget))
    assert max(0, min([product, *limits])) == found
    assert found == steps[-1].amount <= MOST_POINTS
