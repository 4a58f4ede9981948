"""Mutations by compiled code: one effect, whatever becomes of the code around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import strawberry
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import Effects
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
class Query:
    word: str = "w"


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

    @strawberry.field
    async def so_far(self) -> list[Query]:
        """What had happened by the time that this is resolved."""
        await asyncio.sleep(0)
        return [Query(word=one) for one in HAPPENED]


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
    async def slowly(self) -> Done | None:
        await asyncio.sleep(0.001)
        HAPPENED.append(str(len(HAPPENED) + 1))
        return Done(name=HAPPENED[-1])

    @strawberry.mutation
    async def fail(self) -> Done | None:
        HAPPENED.append("failed")
        raise ValueError("no")


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)
_TWICE = 'a: work(input: {name: "a"}) { ...F } b: work(input: {name: "bb"}) { ...F }'
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
        (
            'mutation { a: fail { name } b: work(input: {name: "b"}) { length } c: fail { name } }',
            {},
        ),
        (f"mutation {{ {_TWICE} }} fragment F on Done {{ name length }}", {}),
        ('mutation { a: fail { name } b: atOnce(name: "n") { broken } c: fail { name } }', {}),
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
    query, effects = 'mutation { a: atOnce(name: "n") { stream name } }', Effects()
    compiled = Compiled(SCHEMA)
    tree, operation = read(SCHEMA, query, None)
    context = cast("Any", Plain())
    assert await compiled.compiler.execute(tree, operation, {}, context, effects=effects) is None
    assert compiled.counts == {"async_list": 1}
    resumed = executor_class(SCHEMA).build(
        core_schema(SCHEMA),
        tree,
        None,
        context,
        {},
        middleware=[effects],
        is_awaitable=cast("Any", optimized_is_awaitable),
    )
    assert not isinstance(resumed, list)
    running: Any = resumed.execute_operation()
    result = await running if optimized_is_awaitable(running) else running
    assert (result.data, result.errors) == ({"a": {"stream": [1], "name": "n"}}, None)
    assert HAPPENED == ["n"]


async def test_a_failure_is_told_again_and_not_repeated() -> None:
    effects, info = Effects(), cast("Any", SimpleNamespace(path=Path(None, "fails", "Mutation")))

    async def fails(_source: object, _info: object) -> object:
        HAPPENED.append("failed")
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await effects.have(fails, info, {})
    assert HAPPENED == ["failed"]


async def test_an_effect_waits_for_all_of_the_one_before_it() -> None:
    compiled = Compiled(SCHEMA)
    query = "mutation { a: slowly { soFar { word } } b: slowly { soFar { word } } }"
    result = await compiled(query)
    assert result.data == {
        "a": {"soFar": [{"word": "1"}]},
        "b": {"soFar": [{"word": "1"}, {"word": "2"}]},
    }
    assert compiled.counts == {"compiled": 1}


async def test_what_was_finished_is_not_told_anew_when_code_is_written_anew() -> None:
    compiled = Compiled(SCHEMA)
    result = await compiled("""mutation { a: slowly { soFar { word } } bad: fail { name }
        b: atOnce(name: "n") { secretlyLater } }""")
    finished = {"soFar": [{"word": "1"}]}
    assert result.data == {"a": finished, "bad": None, "b": {"secretlyLater": 3}}
    assert [error.path for error in result.errors] == [["bad"]]
    assert HAPPENED == ["1", "failed", "n"]


async def test_what_was_finished_is_not_told_anew_by_the_interpreter() -> None:
    engine = Engine(SCHEMA)
    query = """mutation { a: slowly { soFar { word } } bad: fail { name } __typename
        c: atOnce(name: "n") { stream } d: slowly { soFar { word } } }"""
    operation = await engine.prepare(Request(query, None, {}))
    assert isinstance(operation, Operation)
    for _ in range(4):  # interpreted twice, begun by code, interpreted
        HAPPENED.clear()
        outcome = await engine.execute(operation, cast("Any", Plain()))
        assert list(outcome.data or ()) == ["a", "bad", "__typename", "c", "d"]
        assert outcome.data == {
            "a": {"soFar": [{"word": "1"}]},
            "bad": None,
            "__typename": "Mutation",
            "c": {"stream": [1]},
            "d": {"soFar": [{"word": word} for word in ("1", "failed", "n", "4")]},
        }
        assert [str(error) for error in outcome.errors] == [str(outcome.errors[0])]
        assert HAPPENED == ["1", "failed", "n", "4"]


async def test_nothing_happens_after_all_data_is_null() -> None:
    query = 'mutation { a: atOnce(name: "1") { broken } b: atOnce(name: "2") { name } }'
    result = await both(SCHEMA, query)
    assert result.data is None
    assert HAPPENED == ["1", "1"]


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
