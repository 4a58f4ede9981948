"""Resolvers that are async and await nothing: their fields take no task and no waiting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import strawberry

from tests.api.execution.compiler.both import Compiled, both


@strawberry.type
class Link:
    depth: int

    @strawberry.field
    async def prompt(self) -> str:
        return f"at {self.depth}"

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError(self.depth)

    @strawberry.field
    async def next(self) -> Link:
        return Link(depth=self.depth + 1)

    @strawberry.field
    async def links(self) -> list[Link]:
        return [await self.next(), Link(depth=self.depth + 2)]

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.sleep(0)
        return "slow"


@strawberry.type
class Query:
    @strawberry.field
    async def first(self) -> list[Link]:
        return [Link(depth=0), Link(depth=10)]


SCHEMA = strawberry.Schema(query=Query)


def at_once(query: str) -> Any:  # noqa: ANN401 - a result
    """What comes of a query without an event loop, on which there would be waiting."""
    with pytest.raises(StopIteration) as finished:
        Compiled(SCHEMA)(query).send(None)
    return finished.value.value


def test_a_document_of_prompt_fields_is_executed_without_waiting() -> None:
    result = at_once("{ first { prompt next { prompt broken } } }")
    assert [one["next"]["prompt"] for one in result.data["first"]] == ["at 1", "at 11"]
    assert [error.path for error in result.errors] == [
        ["first", 0, "next", "broken"],
        ["first", 1, "next", "broken"],
    ]


async def test_prompt_fields_among_others_are_what_the_interpreter_makes_of_them() -> None:
    await both(SCHEMA, "{ first { slow prompt links { next { prompt slow } } } }")
    await both(SCHEMA, "{ first { broken next { prompt } links { prompt } } }")


async def test_prompt_fields_nest_deeper_than_python_allows_in_one_function() -> None:
    query = "{ first { n: next" + " { links" * 9 + " { prompt slow }" + " }" * 11
    result = await both(SCHEMA, query)
    assert result.errors is None
    deep = "{ first " + "{ next" * 14 + " { broken }" + " }" * 15
    assert len(at_once(deep).errors) == 2
    await both(SCHEMA, deep)
