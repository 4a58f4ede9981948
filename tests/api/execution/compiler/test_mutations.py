"""Mutations by compiled code: one effect, whatever becomes of the code around it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import strawberry
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import Effect
from api.execution.compiler.core import core_schema, executor_class
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from tests.api.execution.compiler.both import Compiled, Plain, both, read, told

HAPPENED: list[str] = []


async def later() -> int:
    return 3


async def stream() -> AsyncIterator[int]:
    yield 1


@strawberry.type
class Done:
    name: str
    nothing: str | None = None

    @strawberry.field
    async def length(self) -> int:
        return len(self.name)

    @strawberry.field
    def secretly_later(self) -> int:
        return cast("int", later())

    @strawberry.field
    def stream(self) -> list[int]:
        return cast("list[int]", stream())

    @strawberry.field
    def broken(self) -> str:
        raise ValueError("broken")


@strawberry.input
class Part:
    text: str
    count: int = 1


@strawberry.input
class Work:
    name: str
    parts: list[Part] = strawberry.field(default_factory=list[Part])
    note: str | None = None


@strawberry.type
class Query:
    word: str = "w"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def work(self, input: Work) -> Done | None:  # noqa: A002
        HAPPENED.append(f"{input.name}:{[(p.text, p.count) for p in input.parts]}:{input.note}")
        return Done(name=input.name)

    @strawberry.mutation
    def at_once(self, name: str) -> Done:
        HAPPENED.append(name)
        return Done(name=name)

    @strawberry.mutation
    async def fail(self) -> Done | None:
        HAPPENED.append("failed")
        raise ValueError("no")


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)
WORK = "mutation ($input: Work!) { work(input: $input) { name length nothing __typename } }"


@pytest.fixture(autouse=True)
def _nothing_happened() -> None:
    HAPPENED.clear()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (WORK, {"input": {"name": "a", "parts": [{"text": "x"}, {"text": "y", "count": 2}]}}),
        (WORK, {"input": {"name": "a", "note": None}}),
        (WORK, {"input": {"name": "a", "parts": {"text": "alone"}}}),
        (WORK, {"input": {"name": 5}}),
        (WORK, {"input": {"name": "a", "unknown": 1}}),
        (WORK, {"input": {"name": "a", "parts": [{"text": "x", "count": 2**31}]}}),
        (WORK, {}),
        ('mutation { work(input: {name: "n"}) { name } }', {}),
        ('mutation { work(input: {name: "n"}) { broken } }', {}),
        ('mutation { atOnce(name: "n") { name broken } }', {}),
        ('mutation { a: atOnce(name: "n") { ...F } } fragment F on Done { name length }', {}),
        ("mutation { fail { name } }", {}),
        ("mutation { __typename }", {}),
    ],
)
async def test_a_mutation_is_the_same_both_ways(query: str, variables: dict[str, Any]) -> None:
    await both(SCHEMA, query, variables)
    assert HAPPENED[: len(HAPPENED) // 2] == HAPPENED[len(HAPPENED) // 2 :]


async def test_a_compiled_mutation_has_one_effect() -> None:
    compiled = Compiled(SCHEMA)
    result = await compiled(WORK, {"input": {"name": "once"}})
    assert result.data["work"]["length"] == 4
    assert HAPPENED == ["once:[]:None"]
    assert compiled.counts == {"compiled": 1}


async def test_code_that_is_written_anew_does_not_repeat_the_effect() -> None:
    compiled = Compiled(SCHEMA)
    result = await compiled('mutation { atOnce(name: "n") { secretlyLater } }')
    assert result.data == {"atOnce": {"secretlyLater": 3}}
    assert HAPPENED == ["n"]


async def test_the_interpreter_goes_on_from_the_effect_that_was_had() -> None:
    query, effect = 'mutation { a: atOnce(name: "n") { stream name } }', Effect()
    compiled = Compiled(SCHEMA)
    tree, operation = read(SCHEMA, query, None)
    context = cast("Any", Plain())
    assert await compiled.compiler.execute(tree, operation, {}, context, effect=effect) is None
    assert compiled.counts == {"async_list": 1}
    resumed = executor_class(SCHEMA).build(
        core_schema(SCHEMA),
        tree,
        None,
        context,
        {},
        middleware=[effect],
        is_awaitable=cast("Any", optimized_is_awaitable),
    )
    assert not isinstance(resumed, list)
    running: Any = resumed.execute_operation()
    result = await running if optimized_is_awaitable(running) else running
    assert (result.data, result.errors) == ({"a": {"stream": [1], "name": "n"}}, None)
    assert HAPPENED == ["n"]


async def test_a_failure_is_told_again_and_not_repeated() -> None:
    effect = Effect()

    async def fails(_source: object, _info: object) -> object:
        HAPPENED.append("failed")
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await effect.have(fails, cast("Any", None), {})
    assert HAPPENED == ["failed"]


async def test_several_effects_are_left_to_the_interpreter_one_after_the_other() -> None:
    compiled = Compiled(SCHEMA)
    query = 'mutation { a: atOnce(name: "1") { name } b: atOnce(name: "2") { name } }'
    assert await compiled(query) is None
    assert compiled.counts == {"mutation": 1}
    assert HAPPENED == []


async def test_a_value_in_the_place_of_a_list_is_taken_as_graphql_takes_it() -> None:
    result = await both(SCHEMA, WORK, {"input": {"name": "a", "parts": {"text": "alone"}}})
    assert told(result).startswith('[{"work"')
    assert HAPPENED == ["a:[('alone', 1)]:None"] * 2


async def test_the_engine_has_one_effect_also_where_code_gives_up() -> None:
    engine = Engine(SCHEMA)
    operation = await engine.prepare(Request('mutation { atOnce(name: "n") { stream } }', None, {}))
    assert isinstance(operation, Operation)
    for times in range(1, 5):
        outcome = await engine.execute(operation, cast("Any", Plain()))
        assert outcome.data == {"atOnce": {"stream": [1]}}
        assert ["n"] * times == HAPPENED
