"""What conditions and formulas answer on one activity, and how they fail."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.expressions import Binding, ExpressionFailed, FailureReason, MemberFacts
from gamification.expressions import Expressions
from gamification.expressions.binding import BoundActivity
from gamification.expressions.running import ConstantFormula

EXPRESSIONS = Expressions()
ITEMS = "activity.attributes.items"
MEMBER = MemberFacts(
    tier="gold",
    tier_level=2,
    joined_at=datetime(2025, 5, 20, tzinfo=UTC),
    order_count=4,
    segment="",
    customer_ref="shopper-7",
)


def an_order() -> dict[str, Any]:
    return {
        "total": "300.50",
        "currency": "CNY",
        "itemCount": 3,
        "weight": 0.5,
        "gift": True,
        "note": None,
        "items": [
            {"sku": "a", "category": "beauty", "quantity": 2, "price": "19.99"},
            {"sku": "b", "category": "home", "quantity": 1, "price": "260.52"},
        ],
    }


@dataclass(frozen=True, slots=True)
class Order:
    attributes: dict[str, Any] = field(default_factory=an_order)
    type: str = "order.paid"
    source: str = "shop"
    occurred_at: datetime = datetime(2025, 6, 1, 3, 4, tzinfo=UTC)


def bound(**attributes: object) -> Binding:
    return EXPRESSIONS.bind(Order(an_order() | attributes), MEMBER)


def holds(source: str, **attributes: object) -> bool:
    return EXPRESSIONS.compile_condition(source)(bound(**attributes))


def amount(source: str, **attributes: object) -> Decimal:
    return EXPRESSIONS.compile_formula(source)(bound(**attributes))


@pytest.mark.parametrize(
    "source",
    [
        "activity.type == 'order.paid' && activity.source == 'shop'",
        "member.tier == 'gold' && member.tierLevel >= 2 && member.orderCount == 4",
        "member.segment == '' && member.customerRef.startsWith('shopper')",
        "activity.attributes.total >= 300.0",
        "activity.attributes.total >= 300",
        "activity.attributes['total'] > 300",
        "activity.attributes.itemCount > 2",
        "activity.attributes.itemCount < 3.5",
        "activity.attributes.itemCount == 3.0",
        "activity.attributes.weight * 2 == 1.0",
        "activity.attributes.total > member.tierLevel",
        "activity.attributes.gift",
        "activity.attributes.note == null",
        "activity.attributes.currency.lowerAscii() == 'cny'",
        f"{ITEMS}.exists(i, i.category == 'beauty')",
        f"{ITEMS}.all(i, i.price > 19.0)",
        f"{ITEMS}.filter(i, i.quantity > 1).size() == 1",
        "math.greatest(1, activity.attributes.itemCount) == 3",
        "'a,b'.split(',').size() == 2",
    ],
)
def test_a_condition_that_holds(source: str) -> None:
    assert holds(source)


@pytest.mark.parametrize(
    "source",
    [
        "activity.occurredAt.getHours('Asia/Shanghai') == 11",
        "activity.occurredAt.getHours() == 3",
        "activity.occurredAt - member.joinedAt < duration('720h')",
        "activity.occurredAt > timestamp('2025-06-01T00:00:00Z')",
        "activity.occurredAt + duration('1h') > activity.occurredAt",
    ],
)
def test_times_and_durations_work(source: str) -> None:
    assert holds(source)


def test_has_asks_whether_an_attribute_is_there() -> None:
    assert not holds("has(activity.attributes.coupon) && activity.attributes.coupon == 'x'")
    assert holds("has(activity.attributes.coupon)", coupon="x")


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("1999", "19.99 * 100.0"),
        ("1999", "19.99 * 100"),
        ("300.5", "activity.attributes.total * 1.0"),
        ("601", "activity.attributes.total * 2"),
        ("601", "2 * activity.attributes.total"),
        ("150.25", "activity.attributes.total / 2"),
        ("301.5", "activity.attributes.total + 1"),
        ("299.5", "activity.attributes.total - 1"),
        ("4.5", "activity.attributes.itemCount * 1.5"),
        ("6", "member.orderCount * 1.5"),
        ("6", "activity.attributes.itemCount * 2"),
        ("1", "activity.attributes.itemCount / 2"),
        ("100", "100"),
        ("3", "3u"),
        ("0", "-0.0000001"),
        ("0.333333", "1.0 / 3.0"),
        ("9007199254740991", "9007199254740991"),
        ("19.99", f"{ITEMS}[0].price"),
        ("260.52", f"math.greatest({ITEMS}.map(i, i.price))"),
    ],
)
def test_a_formula_gives_an_exact_decimal(expected: str, source: str) -> None:
    assert expected == str(amount(source))


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        (FailureReason.MISSING_ATTRIBUTE, "activity.attributes.coupon"),
        (FailureReason.MISSING_ATTRIBUTE, "activity.attributes.coupon.kind"),
        (FailureReason.WRONG_TYPE, "activity.attributes.currency * 2"),
        (FailureReason.WRONG_TYPE, "activity.attributes.currency"),
        (FailureReason.WRONG_TYPE, "activity.attributes.gift"),
        (FailureReason.WRONG_TYPE, "activity.attributes.items"),
        (FailureReason.INDEX_OUT_OF_RANGE, f"{ITEMS}[9].price"),
        (FailureReason.DIVISION_BY_ZERO, "activity.attributes.itemCount / 0"),
        (FailureReason.DIVISION_BY_ZERO, "activity.attributes.itemCount % 0"),
        (FailureReason.NOT_A_NUMBER, "activity.attributes.total / 0"),
        (FailureReason.NOT_A_NUMBER, "0.0 / 0"),
        (FailureReason.NOT_A_NUMBER, "1.0 / 0.0"),
        (FailureReason.NOT_A_NUMBER, "-1 / 0.0"),
        (FailureReason.OVERFLOW, "9223372036854775807 + activity.attributes.itemCount"),
        (FailureReason.INVALID_VALUE, "timestamp(activity.attributes.currency).getHours()"),
        (FailureReason.NEGATIVE, "0 - activity.attributes.itemCount"),
        (FailureReason.NEGATIVE, "activity.attributes.total * -1"),
        (FailureReason.TOO_LARGE, "9007199254740992"),
        (FailureReason.TOO_LARGE, "1e300"),
    ],
)
def test_a_formula_fails_with_a_reason(reason: FailureReason, source: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        amount(source)
    assert failed.value.reason is reason
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    "source", ["activity.attributes.total", "activity.attributes.total && true"]
)
def test_a_condition_that_gives_no_bool_fails(source: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        holds(source)
    assert failed.value.reason is FailureReason.WRONG_TYPE


def test_only_decimal_strings_under_money_keys_become_doubles() -> None:
    nested = {"deep": [{"amount": "-1.5", "other": "2.5", "price": {"total": "3"}}]}
    assert holds("activity.attributes.x.deep[0].amount == -1.5", x=nested)
    assert holds("activity.attributes.x.deep[0].other == '2.5'", x=nested)
    assert holds("activity.attributes.x.deep[0].price.total == 3.0", x=nested)


@pytest.mark.parametrize("text", ["", "abc", "nan", "1e5", "1_0", " 1", "１", "0x1", "9" * 40])
def test_any_other_string_under_a_money_key_stays_text(text: str) -> None:
    assert holds(f"type(activity.attributes.total) == string && {text!r} != ''", total=text) is (
        text != ""
    )


def test_binding_leaves_the_activity_as_it_is() -> None:
    order = Order()
    EXPRESSIONS.compile_formula("activity.attributes.total")(EXPRESSIONS.bind(order, MEMBER))
    assert order.attributes == an_order()


def test_whole_numbers_beyond_64_bits_become_doubles() -> None:
    assert holds("activity.attributes.big > 1.0 && activity.attributes.total > 1.0", big=10**30)


@pytest.mark.parametrize(
    "attribute", [list(range(1001)), {str(n): n for n in range(1001)}, 10**400]
)
def test_oversized_attributes_fail(attribute: object) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        holds("activity.attributes.huge == null", huge=attribute)
    assert failed.value.reason is FailureReason.TOO_LARGE


def test_text_that_is_no_unicode_fails() -> None:
    with pytest.raises(ExpressionFailed) as failed:
        holds("activity.attributes.text == null", text="\ud800")
    assert failed.value.reason is FailureReason.INVALID_VALUE


def test_a_large_order_stops_nested_loops_at_their_budget() -> None:
    source = f"{ITEMS}.all(i, {ITEMS}.all(j, i.quantity == j.quantity))"
    items = [{"quantity": 1}] * 1000
    started = time.perf_counter()
    with pytest.raises(ExpressionFailed) as failed:
        holds(source, items=items)
    assert failed.value.reason is FailureReason.OVER_BUDGET
    assert time.perf_counter() - started < 1


def test_a_binding_of_another_maker_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        EXPRESSIONS.compile_condition("member.tierLevel > 1")(Binding())


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=2.0**53 - 2))
def test_a_double_is_rounded_to_six_decimals(number: float) -> None:
    rounded = amount("activity.attributes.x", x=number)
    assert abs(rounded - Decimal(number)) <= Decimal("0.0000005")
    assert rounded == rounded.quantize(Decimal("0.000001"))


@settings(deadline=None)
@given(st.integers(0, 10**8), st.integers(0, 1000))
def test_cents_times_whole_points_are_exact(cents: int, points: int) -> None:
    total = f"{cents // 100}.{cents % 100:02d}"
    assert Decimal(total) * points == amount(f"activity.attributes.total * {points}", total=total)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_gives_a_number_or_a_coded_failure(value: object) -> None:
    for source in ("activity.attributes.x", "activity.attributes.x * 2", "activity.attributes.x.y"):
        try:
            assert 0 <= amount(source, x=value) < 2**53
        except ExpressionFailed as failed:
            assert failed.reason is not FailureReason.OTHER  # noqa: PT017 - both ends are fine


def test_memory_does_not_grow_with_evaluations() -> None:
    rules = [EXPRESSIONS.compile_condition(f"activity.attributes.total > {n}.0") for n in range(20)]
    process = psutil.Process()

    def run_batches(count: int) -> int:
        for _ in range(count):
            for binding in [bound() for _ in range(500)]:
                for rule in rules:
                    rule(binding)
        return process.memory_info().rss

    warm = run_batches(4)
    assert run_batches(20) - warm < 16_000_000


def test_equal_conditions_are_asked_once_of_an_activity() -> None:
    asked, source = bound(), "activity.attributes.currency.lowerAscii() == 'cny'"
    assert EXPRESSIONS.compile_condition(source)(asked)
    assert isinstance(asked, BoundActivity)
    answers = list(asked.answers.items())
    assert EXPRESSIONS.compile_condition(source)(asked)
    assert list(asked.answers.items()) == answers
    assert len(answers) == 1


def test_what_one_activity_answered_is_not_told_of_another() -> None:
    condition = EXPRESSIONS.compile_condition("activity.attributes.gift")
    assert [condition(bound(gift=gift)) for gift in (True, False, True)] == [True, False, True]


def test_a_failed_condition_fails_again() -> None:
    condition, asked = EXPRESSIONS.compile_condition("activity.attributes.absent"), bound()
    for _ in range(2):
        with pytest.raises(ExpressionFailed):
            condition(asked)


@pytest.mark.parametrize(
    ("source", "points"), [("50", "50"), ("2.5", "2.5"), ("10 * 2 + 1", "21"), ("[3, 4][1]", "4")]
)
def test_a_formula_that_asks_for_nothing_is_worked_out_once(source: str, points: str) -> None:
    formula = EXPRESSIONS.compile_formula(source)
    assert isinstance(formula, ConstantFormula)
    assert formula(bound()) == Decimal(points)


@pytest.mark.parametrize("source", ["1 / 0", "-5", "[3][7]"])
def test_a_constant_that_fails_fails_on_every_activity(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        EXPRESSIONS.compile_formula(source)(bound())


def test_a_formula_that_asks_for_anything_is_no_constant() -> None:
    formula = EXPRESSIONS.compile_formula("true ? activity.attributes.weight : 1.0")
    assert not isinstance(formula, ConstantFormula)
