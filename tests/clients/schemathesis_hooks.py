"""What Schemathesis cannot know of this API: its scalars, and what every answer holds.

Loaded by Schemathesis itself, by `SCHEMATHESIS_HOOKS`.
"""

from __future__ import annotations

import math
from typing import Any, Final

import schemathesis
from graphql import ValueNode
from hypothesis import strategies as st
from hypothesis_graphql._strategies import oracle
from schemathesis.graphql import nodes

_CODES: Final = {
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "QUERY_TOO_COMPLEX",
}
"""Codes that are a caller's doing. Nothing that is generated may find another."""

_STATUSES: Final = {200, 400, 401, 403}
_MEDIA: Final = ("application/graphql-response+json", "application/json")
_INSIDES: Final = ("Traceback", "site-packages", "asyncpg", ".py", "SELECT ", "INSERT ")
_LONGEST: Final = 2**53 - 1


def _json(children: st.SearchStrategy[ValueNode]) -> st.SearchStrategy[ValueNode]:
    names = st.from_regex(r"\A[_a-zA-Z][_a-zA-Z0-9]{0,9}\Z")
    fields = st.dictionaries(names, children, max_size=4)
    return st.lists(children, max_size=4).map(nodes.List) | fields.map(
        lambda given: nodes.Object([_field(name, value) for name, value in given.items()])
    )


def _field(name: str, value: ValueNode) -> Any:  # noqa: ANN401 - graphql-core's node
    from graphql import NameNode, ObjectFieldNode

    return ObjectFieldNode(name=NameNode(value=name), value=value)


def _solve(types: set[str], terms: dict[str, list[tuple[bool, str]]], x: float) -> dict[str, float]:
    """How many selections there are of each type, weighed by `x` a field.

    The library's own asks for 1e-12 of numbers that are far above one in a schema as large as this,
    and never comes to an end of it; this one asks for as much in proportion.
    """
    found = dict.fromkeys(types, 0.0)
    for _ in range(_ROUNDS):
        better = {
            name: math.prod(
                1.0 + (x if leaf else x * (found[to] - 1.0)) for leaf, to in terms[name]
            )
            for name in types
        }
        if max(better.values(), default=0.0) > _TOO_MANY:
            break
        if all(math.isclose(better[name], found[name], rel_tol=1e-9) for name in types):
            return better
        found = better
    raise OverflowError("no end")


_ROUNDS: Final = 500
_TOO_MANY: Final = 1e12
oracle._solve = _solve  # pyright: ignore[reportPrivateUsage]

_LEAVES: Final = st.one_of(
    st.text(max_size=20).map(nodes.String),
    st.integers(-(2**70), 2**70).map(nodes.Int),
    st.floats(allow_nan=False, allow_infinity=False).map(nodes.Float),
    st.booleans().map(nodes.Boolean),
    st.just(nodes.Null),
)
schemathesis.graphql.scalar("Long", st.integers(-_LONGEST, _LONGEST).map(nodes.Int))
schemathesis.graphql.scalar(
    "Decimal", st.decimals(-(10**20), 10**20, places=4).map(lambda one: nodes.String(f"{one:f}"))
)
schemathesis.graphql.scalar("JSON", st.recursive(_LEAVES, _json, max_leaves=10))


@schemathesis.check
def answers_well(_ctx: object, response: Any, _case: object) -> None:  # noqa: ANN401 - untyped
    """A fitting status, well-formed JSON, coded errors that name the request and nothing inside."""
    assert response.status_code in _STATUSES, response.status_code
    assert response.headers["content-type"][0].startswith(_MEDIA), response.headers
    body = response.json()
    assert body.keys() <= {"data", "errors", "extensions"}, body.keys()
    assert body, "an empty answer"
    [request_id] = response.headers["x-request-id"]
    for error in body.get("errors", ()):
        extensions = error["extensions"]
        assert extensions["code"] in _CODES, error
        assert extensions["requestId"] == request_id, error
        assert error["message"], error
        assert not [word for word in _INSIDES if word in error["message"]], error
