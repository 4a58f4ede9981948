"""Resolvers get what strawberry would give them, and what they give is waited for together."""

# ruff: noqa: ANN401, ARG002 - strawberry's hooks are untyped

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from tests.api.execution.compiler.both import Compiled, both


@strawberry.input
class Size:
    width: int
    height: int | None = 7
    unit: str | None = strawberry.UNSET
    more: list[Size] = strawberry.field(default_factory=list["Size"])


class Never(BasePermission):
    message = "never"
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return False


class Louder(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()

    async def resolve_async(
        self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any
    ) -> Any:
        return (await next_(source, info, **kwargs)).upper()


def from_parent(info: strawberry.Info, parent: strawberry.Parent[Any], word: str) -> str:
    return f"{parent.number}{word}{info.field_name}"


def from_root(root: Any) -> str:
    return f"root {root.number}"


@strawberry.type
class Item:
    number: int
    parental: str = strawberry.field(resolver=from_parent)
    rooted: str = strawberry.field(resolver=from_root)

    @strawberry.field
    def path(self, info: strawberry.Info) -> str:
        return f"{info.path.as_list()} {info.path.typename} {info.variable_values}"

    @strawberry.field
    async def path_later(self, info: strawberry.Info) -> str | None:
        if self.number == 2:
            raise ValueError(str(info.path.as_list()))
        return f"{info.path.as_list()} {info.python_name} {info.return_type}"

    @strawberry.field
    def asked(self, info: strawberry.Info) -> str:
        names = [one.name for one in info.selected_fields]  # type: ignore[union-attr]
        assert info.operation.name is not None
        return f"{names} {info.operation.name.value} {info.root_value} {info.schema is SCHEMA}"

    @strawberry.field
    def sized(self, size: Size, sizes: list[Size] | None = None) -> str:
        told = f"{size} {sizes}"
        size.width, size.more = 0, []  # the next one's is its own
        return told

    @strawberry.field(permission_classes=[Never])
    def forbidden(self) -> str | None:
        return "no"

    @strawberry.field(extensions=[Louder()])
    def loud(self, word: str) -> str:
        return word

    @strawberry.field(extensions=[Louder()])
    async def loud_later(self, word: str) -> str:
        return word

    @strawberry.field
    def perhaps(self) -> str:
        return cast("str", SOON(self.number)) if self.number % 2 else "now"

    @strawberry.field
    async def together(self) -> int:
        return await MEETING.come()

    @strawberry.field
    async def items(self) -> list[Item]:
        await asyncio.sleep(0)
        return [Item(number=10 * self.number + n) for n in range(2)]


@strawberry.type
class Query:
    @strawberry.field
    def items(self, numbers: list[int] = [1, 2, 3]) -> list[Item]:  # noqa: B006
        return [Item(number=number) for number in numbers]

    @strawberry.field
    async def waits(self) -> str | None:
        return str(await MEETING.come())

    @strawberry.field
    def echo(self, word: str | None = "default", size: Size | None = strawberry.UNSET) -> str:
        return f"{word} {size}"


@dataclass
class Meeting:
    """Lets nobody go on before all have come."""

    expected: int = 1
    come_so_far: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)
    left: int = 0

    async def come(self) -> int:
        self.come_so_far += 1
        if self.come_so_far >= self.expected:
            self.all_there.set()
        try:
            await self.all_there.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return self.expected


async def soon(number: int) -> str:
    await asyncio.sleep(0)
    return f"soon {number}"


def SOON(number: int) -> Awaitable[str]:  # noqa: N802
    return soon(number)


MEETING = Meeting()
SCHEMA = strawberry.Schema(query=Query)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    made = Meeting()
    monkeypatch.setitem(globals(), "MEETING", made)
    return made


@pytest.mark.parametrize(
    "selection",
    [
        'parental(word: "w") rooted',
        "path pathLater items { path pathLater }",
        "asked",
        "forbidden number",
        'a: loud(word: "a") b: loudLater(word: "b") c: loud(word: $w)',
        "sized(size: {width: 3, more: [{width: 4}]}, sizes: [{width: $n, unit: null}])",
        "perhaps",
    ],
)
async def test_resolvers_are_given_what_strawberry_gives_them(selection: str) -> None:
    query = f'query Q($w: String! = "w", $n: Int! = 5) {{ items {{ {selection} }} '
    query += "unused: echo(word: $w, size: {width: $n}) }"
    result = await both(SCHEMA, query, {"n": 8})
    assert result.data["items"] is not None


@pytest.mark.parametrize(
    "variables", [{}, {"w": None}, {"w": "x"}, {"s": None}, {"s": {"width": 1}}]
)
async def test_arguments_that_are_absent_are_absent(variables: dict[str, Any]) -> None:
    query = "query ($w: String, $s: Size) { echo(word: $w, size: $s) b: echo }"
    await both(SCHEMA, query, variables)


@pytest.mark.parametrize(
    "selection",
    ["number sized(size: {width: $n})", "loud(word: $w)", "parental(word: $w)"],
)
async def test_an_argument_that_cannot_be_coerced_is_an_error_where_it_is(selection: str) -> None:
    query = f'query ($n: Int = 1, $w: String = "w") {{ items {{ {selection} }} '
    query += "unused: echo(word: $w, size: {width: $n}) }"
    result = await both(SCHEMA, query, {"n": None, "w": None})
    assert result.data is None
    assert "items" in str(result.errors)


async def test_what_waits_side_by_side_waits_together(meeting: Meeting) -> None:
    meeting.expected = 5
    async with asyncio.timeout(2):
        result = await Compiled(SCHEMA)("{ items { together } a: waits b: waits }")
    assert result.errors is None


async def test_a_slow_field_keeps_its_neighbours_children_from_nothing(meeting: Meeting) -> None:
    meeting.expected = 3
    async with asyncio.timeout(2):
        result = await Compiled(SCHEMA)("{ waits items(numbers: [1]) { items { together } } }")
    assert result.errors is None


async def test_cancelling_an_operation_cancels_its_resolvers(meeting: Meeting) -> None:
    meeting.expected = 9
    running = asyncio.ensure_future(Compiled(SCHEMA)("{ items { together } waits }"))
    while meeting.come_so_far < 4:  # noqa: ASYNC110 - the fields tell in no other way
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert meeting.left == 4


async def test_a_field_found_to_wait_is_compiled_anew_once() -> None:
    compiled = Compiled(SCHEMA)
    for _ in range(2):
        result = await compiled("{ items { perhaps } }")
        assert [one["perhaps"] for one in result.data["items"]] == ["soon 1", "now", "soon 3"]
    assert compiled.counts == {"compiled": 2}


async def test_a_field_may_be_found_to_wait_when_its_program_is_gone_already() -> None:
    compiled = Compiled(SCHEMA, keep=1)
    query = "{ items(numbers: [1]) { items { perhaps } } }"
    again, other = compiled(query), compiled("{ __typename }")
    results = await asyncio.gather(compiled(query), again, other)
    expected = {"items": [{"items": [{"perhaps": "now"}, {"perhaps": "soon 11"}]}]}
    assert [result.data for result in results] == [expected, expected, {"__typename": "Query"}]


async def test_an_error_of_graphqls_own_keeps_its_extensions() -> None:
    result = await both(SCHEMA, "{ items { forbidden } }")
    assert all(isinstance(error, GraphQLError) for error in result.errors or ())
    assert {str(error.extensions) for error in result.errors or ()} == {"{'code': 'FORBIDDEN'}"}
