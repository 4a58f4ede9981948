"""Shortcuts answer as the runtime does, or leave it to the runtime."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.activity import Report, check_report
from domain.errors import Invalid
from domain.expressions import MemberFacts
from gamification.expressions.binding import BoundActivity
from gamification.expressions.environment import new_environment
from gamification.expressions.shortcuts import shortcut_of
from gamification.expressions.syntax_tree import SyntaxTree

RUNTIME = new_environment()
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MEMBER = MemberFacts("gold", 2, NOW, 4, "", "shopper-7")
NAMES = ("total", "price", "count", "text", "flag", "items", "inner")

texts = st.sampled_from(["", "app", "a", "300", "300.5", "1e3", "是"])
numbers = (
    st.integers(-3, 3)
    | st.sampled_from([2**53, 2**53 + 1, -(2**63), 2**63 - 1, 2**63, 10**30])
    | st.sampled_from([0.0, -0.0, 0.5, 2.0, 300.5, 1e300, -1e300, float(2**53)])
)
anything = st.none() | st.booleans() | numbers | texts
usual = {"total": texts | numbers, "count": numbers, "text": texts, "flag": st.booleans()}
inner = st.fixed_dictionaries({}, optional=usual) | st.dictionaries(
    st.sampled_from(NAMES), anything, max_size=3
)
attributes = st.fixed_dictionaries(
    {}, optional={**usual, "inner": inner, "items": st.lists(inner | anything, max_size=3)}
) | st.dictionaries(st.sampled_from(NAMES), anything | inner, max_size=6)


def attribute(*names: str) -> st.SearchStrategy[str]:
    forms = ["activity.attributes.{}", "activity.attributes['{}']", "activity.attributes.inner.{}"]
    return st.builds(str.format, st.sampled_from(forms), st.sampled_from(names))


def infix(left: st.SearchStrategy[str], *signs: str) -> st.SearchStrategy[str]:
    return st.builds("({} {} {})".format, left, st.sampled_from(signs), left)


def choices(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("({} ? {} : {})".format, st.deferred(lambda: truths), parts, parts)


def of_an_item(call: str, source: str) -> str:
    """Asks of an item what the source asks of the activity."""
    return f"activity.attributes.items.{call}(e, {source.replace('activity.attributes', 'e')})"


sums = st.recursive(
    attribute("total", "price", "count", "text")
    | st.sampled_from(
        ["member.tierLevel", "member.orderCount", "0", "-3", "2", "300", "300.5", "2u"]
    )
    | st.sampled_from(["9007199254740993", "9223372036854775807", "0.0", "size(activity.type)"]),
    lambda parts: infix(parts, "+", "-", "*", "/", "%") | choices(parts),
    max_leaves=4,
)
words = attribute("text", "count") | st.sampled_from(
    ["member.tier", "activity.type", "'app'", "''"]
)
questions = st.one_of(
    infix(sums, "==", "!=", "<", "<=", ">", ">="),
    infix(words, "==", "!="),
    infix(attribute("flag", "text", "items") | st.sampled_from(["true", "null"]), "==", "!="),
    st.builds("{}.{}({})".format, words, st.sampled_from(["startsWith", "contains"]), words),
    st.builds("({} in ['app', 'gold'])".format, words),
    st.builds("(size({}) > 1)".format, words | st.just("activity.attributes.items")),
    st.builds("has(activity.attributes.{})".format, st.sampled_from(NAMES)),
    attribute("flag"),
)
truths: st.SearchStrategy[str] = st.recursive(
    questions,
    lambda parts: st.one_of(
        infix(parts, "&&", "||"),
        st.builds("!({})".format, parts),
        st.builds(of_an_item, st.sampled_from(["exists", "all", "exists_one"]), parts),
    ),
    max_leaves=5,
)
sources = truths | sums


def a_report(attributes: dict[str, Any]) -> Report:
    return Report("order.paid", "shop", "1", "shopper-7", NOW, attributes)


def a_binding(attributes: dict[str, Any]) -> BoundActivity:
    return BoundActivity(RUNTIME, a_report(attributes), MEMBER)


@settings(deadline=None, max_examples=600)
@given(sources, st.lists(attributes, min_size=1, max_size=4))
def test_a_shortcut_gives_the_value_that_the_runtime_gives(
    source: str, activities: list[dict[str, Any]]
) -> None:
    try:
        checked = RUNTIME.compile(source)
    except RuntimeError:
        return  # nothing that could be saved
    shortcut = shortcut_of(SyntaxTree.of(checked))
    for found in activities:
        answer = shortcut(a_binding(found)) if shortcut else None
        if isinstance(answer, bool | int | float):
            told = checked.eval(a_binding(found).activation).value()
            assert (type(answer), answer) == (type(told), told)


@pytest.mark.parametrize(
    "source",
    [
        "activity.attributes.total >= 300",
        "activity.attributes.total <= 300.5 && activity.attributes.total >= 300.5",
        "!(activity.attributes.total < 300.5 || activity.attributes.total > 300.5)",
        "activity.attributes['total'] * 2 - 1 > 0.5",
        "activity.attributes.text == 'app' || member.tier in ['gold', 'black']",
        "member.orderCount == 4 && !activity.attributes.flag",
        "has(activity.attributes.count) ? activity.attributes.count > 0 : false",
        "activity.attributes.items.exists(i, i.text.startsWith('a') && i.price < 20.0)",
        "activity.attributes.items.size() == 2 && activity.attributes.items.all(i, i.count > 0)",
    ],
)
def test_what_rules_usually_ask_takes_the_shortcut(source: str) -> None:
    item = {"text": "app", "price": "19.99", "count": 1}
    found = {"total": "300.50", "text": "app", "flag": False, "count": 1, "items": [item, item]}
    shortcut = shortcut_of(SyntaxTree.of(RUNTIME.compile(source)))
    assert shortcut is not None
    assert shortcut(a_binding(found)) is True


@pytest.mark.parametrize("total", [None, "many", True, 2**60, ["300"]])
def test_what_has_no_plain_meaning_is_left_to_the_runtime(total: object) -> None:
    shortcut = shortcut_of(SyntaxTree.of(RUNTIME.compile("activity.attributes.total >= 300.0")))
    assert shortcut is not None
    assert shortcut(a_binding({"total": total})) is None


@settings(deadline=None)
@given(attributes | st.dictionaries(st.text(max_size=3), st.text(max_size=3)))
def test_the_runtime_can_read_whatever_intake_lets_in(found: dict[str, Any]) -> None:
    """So a shortcut that looks only at what it needs hides no failure."""
    report = a_report(found)
    with suppress(Invalid):
        check_report(report, NOW)
        assert RUNTIME.compile("true").eval(a_binding(found).activation).value() is True
