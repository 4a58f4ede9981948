"""Which fields there are, in which order: aliases, merging, fragments, conditions, operations."""

from __future__ import annotations

from itertools import product
from typing import Any, cast

import pytest
import strawberry
from graphql import GraphQLError

from tests.api.execution.compiler.both import Compiled, both, interpreted, told


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Cat(Named):
    lives: int = 9

    @strawberry.field
    def kitten(self) -> Cat | None:
        return Cat(name=f"{self.name}'s") if len(self.name) < 12 else None


@strawberry.type
class Robot(Named):
    serial: str = "r1"


@strawberry.type
class Query:
    @strawberry.field
    def cat(self, name: str = "Tom") -> Cat:
        return Cat(name=name)

    @strawberry.field
    def all(self) -> list[Named]:
        return [Cat(name="Tom"), Robot(name="R2"), Cat(name="Kit")]

    @strawberry.field
    def fails(self) -> str | None:
        raise ValueError("as it should")


SCHEMA = strawberry.Schema(query=Query, types=[Cat, Robot])

CONDITIONAL = """
query ($a: Boolean!, $b: Boolean! = true) {
  ...Late @include(if: $a)
  first: fails @skip(if: $b)
  cat { lives @include(if: $a) @skip(if: $b) name }
  ... @skip(if: $a) { first: fails cat { kitten { name } } }
  cat { lives kind: __typename @skip(if: true) }
  ...Late
}
fragment Late on Query { cat { kitten { lives } name } all { name } }
"""


@pytest.mark.parametrize(("a", "b"), list(product([True, False], repeat=2)))
async def test_conditions_decide_fields_their_order_and_where_errors_are(a: bool, b: bool) -> None:  # noqa: FBT001
    await both(SCHEMA, CONDITIONAL, {"a": a, "b": b})


async def test_each_set_of_conditions_has_code_of_its_own() -> None:
    compiled = Compiled(SCHEMA)
    for a, b in product([True, False], repeat=2):
        expected = await interpreted(SCHEMA, CONDITIONAL, {"a": a, "b": b})
        assert told(await compiled(CONDITIONAL, {"a": a, "b": b})) == told(expected)


async def test_a_condition_without_a_value_is_for_the_interpreter_that_time() -> None:
    compiled = Compiled(SCHEMA)
    query = "query ($a: Boolean = true) { cat { name @include(if: $a) } }"
    assert await compiled(query, {"a": None}) is None
    assert (await compiled(query)).data == {"cat": {"name": "Tom"}}
    assert compiled.counts == {"condition": 1, "compiled": 1}


async def test_everything_may_be_skipped() -> None:
    result = await both(SCHEMA, "{ cat { name @skip(if: true) } all { name @skip(if: true) } }")
    assert result.data == {"cat": {}, "all": [{}, {}, {}]}
    assert (await both(SCHEMA, "{ cat @skip(if: true) { name } }")).data == {}


async def test_merged_fields_have_all_their_selections_and_all_their_locations() -> None:
    result = await both(
        SCHEMA, "{ cat { name } cat { ...F } fails fails } fragment F on Cat {lives}"
    )
    assert result.data == {"cat": {"name": "Tom", "lives": 9}, "fails": None}
    (error,) = result.errors or ()
    assert len(error.locations or ()) == 2


async def test_fragments_apply_to_the_types_that_they_name() -> None:
    query = """{ all { __typename ...N ... on Cat { lives kind: __typename } ...R ... { name } } }
    fragment N on Named { name ... on Robot { serial } }
    fragment R on Robot { id: serial }"""
    result = await both(SCHEMA, query)
    assert [list(one) for one in result.data["all"]] == [
        ["__typename", "name", "lives", "kind"],
        ["__typename", "name", "serial", "id"],
        ["__typename", "name", "lives", "kind"],
    ]


async def test_the_operation_that_is_named_is_executed() -> None:
    query = "query A { cat { name } } query B($n: String!) { cat(name: $n) { lives } }"
    compiled = Compiled(SCHEMA)
    assert (await compiled(query, name="A")).data == {"cat": {"name": "Tom"}}
    assert (await compiled(query, {"n": "x"}, name="B")).data == {"cat": {"lives": 9}}


@pytest.mark.parametrize("variables", [{}, {"n": None}, {"n": 5}, {"n": ["x"]}])
async def test_wrong_variables_are_told_as_the_interpreter_tells_them(
    variables: dict[str, Any],
) -> None:
    query = "query ($n: String!) { cat(name: $n) { name } }"
    (error,) = cast("list[Any]", await both(SCHEMA, query, variables))
    assert isinstance(error, GraphQLError)


async def test_a_nest_deeper_than_python_allows_in_one_function_is_compiled() -> None:
    query = "{ cat" + " { name kitten" * 14 + " { name }" + " }" * 15
    result = await both(SCHEMA, query)
    assert result.errors is None
    deepest = "{ a: all { name ... on Cat { kitten" + " { kitten" * 12 + " { lives }" + " }" * 15
    await both(SCHEMA, deepest)
