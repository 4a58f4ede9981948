"""Which documents are compiled, and how many programs are kept."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from graphql import get_operation_ast, parse

from api.execution.compiler import Compiler, Unsupported
from tests.api.execution.compiler.both import Compiled


@strawberry.type
class Query:
    word: str | None = None
    other: str | None = None


SCHEMA = strawberry.Schema(query=Query)


async def test_a_document_is_compiled_when_it_is_used_for_the_third_time() -> None:
    compiled = Compiled(SCHEMA, after=2)
    results = [await compiled("{ __typename }") for _ in range(4)]
    assert [result and result.data for result in results] == [None, None] + [
        {"__typename": "Query"}
    ] * 2
    assert compiled.counts == {"young": 2, "compiled": 2}


async def test_uses_are_counted_for_each_operation() -> None:
    compiled = Compiled(SCHEMA, after=1)
    query = "query A { __typename } query B { __typename }"
    for name in ("A", "B"):
        assert await compiled(query, name=name) is None


async def test_only_the_programs_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = Compiled(SCHEMA, keep=2)
    program: Any = compiled.compiler._program
    monkeypatch.setattr(
        "api.execution.compiler.compiler.Program",
        lambda *args: made.append(args[2].operation.name.value) or RUN,
    )
    assert program
    for name in "ABACAB":
        await compiled(f"query {name} {{ __typename }}")
    assert made == ["A", "B", "C", "B"]


class _Run:
    async def run(self, *_: object) -> None:
        return None


RUN = _Run()


async def test_texts_that_are_used_no_more_are_forgotten() -> None:
    compiled = Compiled(SCHEMA, after=1, remember=100)
    await compiled("query A { __typename }")
    for n in range(9):
        await compiled(f"query Other{n} {{ __typename }}")
    assert await compiled("query A { __typename }") is None


async def test_a_warmed_document_is_compiled_before_its_first_use() -> None:
    compiled = Compiled(SCHEMA, after=99)
    query = "query ($a: Boolean!) { __typename @skip(if: $a) }"
    tree = parse(query)
    operation = get_operation_ast(tree)
    assert operation is not None
    compiled.compiler.warm(tree, operation)
    assert (await compiled(query, {"a": True})).data == {}
    assert len(compiled.compiler._programs) == 2


def test_warming_tells_why_a_document_cannot_be_compiled() -> None:
    tree = parse("{ __schema { description } }")
    operation = get_operation_ast(tree)
    assert operation is not None
    with pytest.raises(Unsupported, match="introspection"):
        Compiler(SCHEMA).warm(tree, operation)
