"""What is refused when an expression is saved, and where the fault is said to be."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid, LaurelsError
from domain.expressions import ALWAYS, Binding, ExpressionFault, ExpressionRefused, FaultCode
from gamification.expressions import Expressions

EXPRESSIONS = Expressions()
ITEMS = "activity.attributes.items"
TEN = "[1,2,3,4,5,6,7,8,9,10]"


def fault(source: str) -> ExpressionFault:
    with pytest.raises(ExpressionRefused) as refused:
        EXPRESSIONS.compile_condition(source)
    return refused.value.fault


def at(source: str) -> tuple[int, int, int]:
    position = fault(source).position
    return position.line, position.column, position.offset


@pytest.mark.parametrize("source", [None, "", " \n "])
def test_an_empty_condition_holds_always(source: str | None) -> None:
    condition = EXPRESSIONS.compile_condition(source)
    assert condition is ALWAYS
    assert condition(Binding())


def test_an_empty_formula_is_refused() -> None:
    with pytest.raises(ExpressionRefused):
        EXPRESSIONS.compile_formula("")


@pytest.mark.parametrize(
    ("suggestion", "source"),
    [
        ("member.tier", "member.teir == 'gold'"),
        ("member.tierLevel", "member.tierlevel > 2"),
        ("activity.type", "activty.type == 'order.paid'"),
        ("member.tier", "membr.tier == 'gold'"),
        ("member.tier", "tier == 'gold'"),
        ("activity.attributes.total", "activity.total > 3"),
        ("activity.attributes.total", "attributes.total > 3"),
        ("activity.attributes.total", "total > 3"),
        ("member.tier", "member.teir.startsWith('g')"),
        ("startsWith", "member.tier.startswith('g')"),
    ],
)
def test_a_misspelt_name_is_refused_with_what_was_meant(suggestion: str, source: str) -> None:
    found = fault(source)
    assert (FaultCode.UNKNOWN_NAME, suggestion) == (found.code, found.suggestion)
    assert f"did you mean {suggestion}?" == found.hint


@pytest.mark.parametrize("source", ["member", "activity['type'] == 'a'", "now", "nonsense(1)"])
def test_any_other_unknown_name_is_refused_with_a_hint(source: str) -> None:
    assert fault(source).code is FaultCode.UNKNOWN_NAME
    assert fault(source).hint


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ((1, 1, 0), "member.teir == 'gold'"),
        ((2, 4, 24), "member.tierLevel > 1\n&& member.teir == 'gold'"),
        ((1, 9, 8), "'中文' == membr.tier"),
        ((1, 8, 7), "'😀' == membr.tier"),
        ((1, 13, 12), "member.tier > 3"),
        ((1, 4, 3), "1 +"),
    ],
)
def test_a_fault_says_its_line_column_and_offset(place: tuple[int, int, int], source: str) -> None:
    assert place == at(source)


@pytest.mark.parametrize(
    "source",
    ["member.tier > 3", "member.tierLevel == 'gold'", "!member.tier", "member.tier.length > 3"],
)
def test_a_wrong_type_is_refused(source: str) -> None:
    assert fault(source).code is FaultCode.WRONG_TYPE


@pytest.mark.parametrize(
    ("suggestion", "source"),
    [
        ("==", "member.tier = 'gold'"),
        ("&&", "true and false"),
        ("'", "member.tier == ‘gold’"),
        (",", "member.tier in ['a'，'b']"),
    ],
)
def test_other_languages_spelling_is_corrected(suggestion: str, source: str) -> None:
    assert (FaultCode.SYNTAX, suggestion) == (fault(source).code, fault(source).suggestion)


@pytest.mark.parametrize("source", ["1", "member.tier", "has(member.tier)", "[true]", "null"])
def test_a_condition_must_be_a_bool(source: str) -> None:
    assert fault(source).code is FaultCode.WRONG_RESULT


@pytest.mark.parametrize("source", ["true", "member.tier", "[1]", "null", "duration('1s')"])
def test_a_formula_must_be_a_number(source: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        EXPRESSIONS.compile_formula(source)
    assert refused.value.fault.code is FaultCode.WRONG_RESULT


def test_two_thousand_characters_pass_and_one_more_does_not() -> None:
    EXPRESSIONS.compile_condition("true".ljust(2000))
    found = fault("true".ljust(2001))
    assert found.code is FaultCode.TOO_LONG
    assert found.position.offset == 2000


@pytest.mark.parametrize("source", ["(" * 50 + "true" + ")" * 50, "1 + " * 400 + "1 > 0"])
def test_deep_nesting_is_refused(source: str) -> None:
    assert fault(source).code is FaultCode.TOO_DEEP


@pytest.mark.parametrize("source", ["true\0 nonsense", "'\ud800' == 'a'"])
def test_what_is_no_text_is_refused(source: str) -> None:
    assert fault(source).code is FaultCode.SYNTAX


@pytest.mark.parametrize(
    "source",
    [
        f"{ITEMS}.exists(i, {ITEMS}.exists(j, i.sku == j.sku && i != j))",
        f"{ITEMS}.filter(i, i.category == 'beauty').map(i, i.price).size() > 1",
        f"math.greatest({ITEMS}.map(i, i.price * i.quantity)) > 30",
        f"{ITEMS}.all(i, activity.attributes.total > i.price)",
        "activity.attributes.tags.split(',').exists(t, t == 'vip')",
        "activity.attributes.tags.split(',', 20).map(t, t.trim()).size() > 1",
        f"{TEN}.all(a, {TEN}.all(b, {TEN}.all(c, a + b + c > 2)))",
    ],
)
def test_ordinary_loops_pass_the_budget(source: str) -> None:
    EXPRESSIONS.compile_condition(source)


@pytest.mark.parametrize(
    "source",
    [
        f"{ITEMS}.all(i, {ITEMS}.all(j, {ITEMS}.all(k, true)))",
        f"{TEN}.all(a, {TEN}.all(b, {TEN}.all(c, {TEN}.all(d, a + b + c + d > 3))))",
        f"{ITEMS}.all(i, {ITEMS} == {ITEMS})",
        "activity.attributes.tags.split('').map(t, t).size() > 1",
        "['x']" + ".map(a, a + a)" * 26 + "[0] == 'x'",
        "[[1]]" + ".map(a, a + a)" * 26 + " == []",
        "activity.attributes.tags.replace('', activity.attributes.tags) == ''",
        "'aaaaaaaaaa'" + ".replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 8 + " == ''",
    ],
)
def test_what_may_run_past_its_budget_is_refused_at_once(source: str) -> None:
    started = time.perf_counter()
    found = fault(source)
    assert found.code is FaultCode.OVER_BUDGET
    assert source[found.position.offset] in "(.="
    assert time.perf_counter() - started < 1


def test_a_refusal_carries_its_place_and_hint_to_the_api() -> None:
    with pytest.raises(ExpressionRefused) as refused:
        EXPRESSIONS.compile_condition("member.teir == 'gold'")
    assert isinstance(refused.value, Invalid | LaurelsError)
    assert refused.value.reason == "expression.unknown_name"
    assert refused.value.params == {
        "line": 1,
        "column": 1,
        "offset": 0,
        "hint": "did you mean member.tier?",
        "suggestion": "member.tier",
    }


def test_one_source_is_compiled_once() -> None:
    expressions = Expressions()
    first = expressions.compile_condition("member.tierLevel > 1")
    assert expressions.compile_condition("member.tierLevel > 1") is first


def test_the_least_recently_used_source_is_forgotten_first() -> None:
    expressions = Expressions(remembered=2)
    kept = expressions.compile_formula("1")
    forgotten = expressions.compile_formula("2")
    expressions.compile_formula("1")
    expressions.compile_formula("3")
    assert expressions.compile_formula("1") is kept
    assert expressions.compile_formula("2") is not forgotten


WORDS = st.sampled_from(
    [
        *("member.tier", "member.teir", "activity.attributes", ITEMS, "activity", "i", "1", "2.5"),
        *(
            "'a'",
            "'中",
            "==",
            ">",
            "&&",
            "||",
            "+",
            "*",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            "?",
        ),
        *(
            ":",
            "!",
            "-",
            "has(",
            ".exists(i,",
            ".map(i,",
            ".split(''",
            ".replace(",
            ".size()",
            "\n",
        ),
        *("null", "true", "if", "//", "1u", "b''", "r'", '"""', "\\", "\t", "in", "9" * 30, "\r\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_compiles_or_is_refused_with_a_place_inside_it(source: str) -> None:
    for compile_it in (EXPRESSIONS.compile_condition, EXPRESSIONS.compile_formula):
        if found := fault_or_none(compile_it, source):
            before = source[: found.position.offset].split("\n")
            assert 0 <= found.position.offset <= len(source)
            assert (len(before), len(before[-1]) + 1) == (
                found.position.line,
                found.position.column,
            )
            assert found.hint


def fault_or_none(compile_it: Callable[[str], object], source: str) -> ExpressionFault | None:
    try:
        compile_it(source)
    except ExpressionRefused as refused:
        return refused.fault
    return None
