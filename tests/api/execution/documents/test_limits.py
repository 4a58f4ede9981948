"""Documents that ask for too much, and how little it takes to see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import pytest
import strawberry
from graphql import get_introspection_query, parse

from api.execution.documents import document, limits, merging
from api.execution.documents.document import Documents
from api.execution.documents.limits import Limits, Measure, excess, measures
from api.execution.documents.merging import too_many_pairs

Ask = Callable[..., Awaitable[dict[str, Any]]]


def bomb(levels: int, body: str = "...F{0} ...F{0}") -> str:
    """Fragments that each spread the next twice."""
    fragments = [
        f"fragment F{level} on Thing {{ {body.format(level + 1)} }}" for level in range(levels)
    ]
    last = f"fragment F{levels} on Thing {{ a: number }}"
    return "\n".join(["{ thing { ...F0 } }", *fragments, last])


def nested(depth: int) -> str:
    return "{ thing {" + " next {" * (depth - 3) + " next { number }" + "}" * (depth - 3) + " } }"


HOSTILE = {
    "aliases": ("{" + " ".join(f"a{n}: hello" for n in range(51)) + "}", "aliases"),
    "aliases in fragments": (
        "{ thing { ...F next { ...F next { ...F } } } } fragment F on Thing {"
        + " ".join(f"a{n}: number" for n in range(20))
        + "}",
        "aliases",
    ),
    "depth": (nested(16), "depth"),
    "depth through fragments": (bomb(16, "next {{ ...F{0} }}"), "depth"),
    "directives": ("{ hello " + "@include(if: true) " * 51 + "}", "directives"),
    "tokens": ("{" + " hello" * 3_001 + "}", "tokens"),
    "nesting": ("{ thing " * 400, "tokens"),
    "ten thousand aliases": ("{" + " ".join(f"a{n}: hello" for n in range(10_000)) + "}", "tokens"),
    "variables": (
        "query (" + "".join(f"$v{n}: Int " for n in range(101)) + ") { hello }",
        "variables",
    ),
    "fragments": (
        "{ hello } " + "fragment F on Thing { number } " * 201,
        "fragments",
    ),
    "comments": ("{ hello }" + "\n#" * 4_000, "tokens"),
    "a bomb of 26 levels": (bomb(26), "aliases"),
    "a bomb of fields": (bomb(13, "x: next {{ ...F{0} }} next {{ ...F{0} }}"), "aliases"),
    "a bomb without aliases": (
        "{ thing { ...F0 } } "
        + " ".join(
            f"fragment F{n} on Thing {{ ...F{n + 1} ... on Thing {{ ...F{n + 1} }} }}"
            for n in range(20)
        )
        + " fragment F20 on Thing { number }",
        "fields",
    ),
}


@pytest.mark.parametrize(("query", "limit"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_document_is_too_complex(ask: Ask, query: str, limit: str) -> None:
    with patch.object(document, "validate", side_effect=AssertionError("validated")):
        (error,) = (await ask(query))["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert str(getattr(Limits(), limit)) in error["message"]


async def test_what_is_just_allowed_is_answered(ask: Ask) -> None:
    fifty = "{" + " ".join(f"a{n}: hello" for n in range(50)) + "}"
    assert len((await ask(fifty))["data"]) == 50
    assert "errors" not in await ask(nested(15))


async def test_the_standard_introspection_query_is_allowed(ask: Ask) -> None:
    answer = await ask(get_introspection_query(specified_by_url=True, input_value_deprecation=True))
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize(
    "query",
    [
        "{ thing { ...A } } fragment A on Thing { ...A number }",
        "{ thing { ...A } } fragment A on Thing { ...B } fragment B on Thing { next { ...A } }",
        "{ thing { ...Nowhere } }",
    ],
)
async def test_circular_and_missing_fragments_are_left_to_validation(ask: Ask, query: str) -> None:
    codes = {error["extensions"]["code"] for error in (await ask(query))["errors"]}
    assert codes == {"GRAPHQL_VALIDATION_FAILED"}


def test_each_fragment_is_read_once() -> None:
    with patch.object(limits, "_read", wraps=limits._read) as read:
        assert excess(parse(bomb(26)), Limits()) == "aliases"
    assert read.call_count == 28  # 27 fragments and the operation


def test_a_fragment_counts_as_often_as_it_is_spread() -> None:
    query = """
      query A @include(if: true) { thing { ...F next { ...F } } }
      query B { hello }
      fragment F on Thing { x: number next { number @skip(if: false) } }
    """
    assert measures(parse(query)) == [
        Measure(depth=4, aliases=2, directives=3, fields=8),
        Measure(depth=1, fields=1),
    ]


PILES = {
    "fields": "{ thing {" + " number" * 700 + "} }",
    "objects": "{" + " thing { number }" * 300 + "}",
    "inline fragments": "{ thing {" + " ... { next { ... { number } } }" * 200 + "} }",
    "arguments": "{" + ' fails(how: "a")' * 400 + "}",
    "levels": "{ thing {" + (" next {" + " number" * 60 + "}") * 20 + "} }",
    "fragments": "{ thing {" + " ".join(f"...F{n}" for n in range(150)) + "} }"
    + " ".join(f"fragment F{n} on Thing {{ number }}" for n in range(150)),
    "introspection": "{ __schema { types {" + " fields { name }" * 500 + "} } }",
}  # fmt: skip


@pytest.mark.parametrize("query", PILES.values(), ids=PILES.keys())
async def test_what_validation_would_compare_for_seconds_is_too_complex(
    ask: Ask, query: str
) -> None:
    with patch.object(document, "validate", side_effect=AssertionError("validated")):
        (error,) = (await ask(query))["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"


def test_counting_pairs_ends_when_there_are_too_many() -> None:
    with patch.object(merging, "_meet", wraps=merging._meet) as met:
        doubling = bomb(14, "next {{ ...F{0} }} x: next {{ ...F{0} }}")
        assert too_many_pairs(parse(doubling), 500)
    assert met.call_count < 2_500


async def test_fields_that_meet_a_few_times_are_fine(ask: Ask) -> None:
    fragments = " ".join(f"fragment F{n} on Thing {{ id number next {{ id }} }}" for n in range(20))
    spreads = " ".join(f"...F{n}" for n in range(20))
    assert "errors" not in await ask(
        f"{{ thing {{ {spreads} next {{ {spreads} }} }} }} {fragments}"
    )


def test_a_long_chain_of_fragments_needs_no_recursion() -> None:
    chain = [f"fragment F{n} on Thing {{ ...F{n + 1} }}" for n in range(5_000)]
    query = "{ thing { ...F0 } } fragment F5000 on Thing { number }" + "".join(chain)
    assert measures(parse(query)) == [Measure(depth=2, fields=2)]


def test_a_document_is_read_once_and_forgotten_in_time(schema: strawberry.Schema) -> None:
    known = Documents(schema._schema, remember=len("{ hello }{ nothing }"))
    first = known.read("{ hello }")
    known.read("{ nothing }")
    assert known.read("{ hello }") is first
    known.read("{ whoami }")  # pushes out what was used longest ago
    assert known.read("{ hello }") is first
    with patch.object(document, "parse_document", side_effect=AssertionError("parsed")):
        known.read("{ whoami }")
        with pytest.raises(AssertionError, match="parsed"):
            known.read("{ nothing }")
