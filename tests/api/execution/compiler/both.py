"""Executing a document both ways, which must be the same to the letter."""

# ruff: noqa: ANN401 - results and resolvers of any schema

from __future__ import annotations

import json
from collections import Counter
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, OperationDefinitionNode, get_operation_ast, parse, validate
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import Compiler
from api.execution.compiler.core import core_schema, executor_class
from api.execution.loading import Loaders


class Plain:
    """A context with what batch fields need."""

    def __init__(self) -> None:
        self._loaders = Loaders()

    async def load(self, batch: Any, key: Any) -> Any:
        return (await self._loaders.load(cast("Any", self), batch, [key]))[0]


class Compiled:
    """A compiler that compiles at once, and counts what it does."""

    def __init__(self, schema: strawberry.Schema, **settings: Any) -> None:
        self.schema = schema
        self.counts: Counter[str] = Counter()
        self.compiler = Compiler(schema, count=self._count, **{"after": 0, **settings})

    def _count(self, how: str) -> None:
        self.counts[how] += 1

    async def __call__(
        self, query: str, variables: dict[str, Any] | None = None, name: str | None = None
    ) -> Any:
        tree, operation = read(self.schema, query, name)
        return await self.compiler.execute(tree, operation, variables or {}, cast("Any", Plain()))


async def interpreted(
    schema: strawberry.Schema,
    query: str,
    variables: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    tree, _ = read(schema, query, name)
    built = executor_class(schema).build(
        core_schema(schema),
        tree,
        None,
        Plain(),
        variables or {},
        name,
        is_awaitable=cast("Any", optimized_is_awaitable),
    )
    if isinstance(built, list):
        return built
    result: Any = built.execute_operation()
    return await result if optimized_is_awaitable(result) else result


async def both(
    schema: strawberry.Schema,
    query: str,
    variables: dict[str, Any] | None = None,
    name: str | None = None,
) -> ExecutionResult:
    """What both ways make of it, which is the same: data, order of keys, errors."""
    compiled = await Compiled(schema)(query, variables, name)
    expected = await interpreted(schema, query, variables, name)
    assert told(compiled) == told(expected)
    return compiled


def told(result: Any) -> str:
    """All that clients see."""
    if isinstance(result, list):
        return json.dumps([error.formatted for error in cast("list[Any]", result)])
    errors = [error.formatted for error in result.errors or ()]
    return json.dumps([result.data, errors], ensure_ascii=False)


def read(schema: strawberry.Schema, query: str, name: str | None) -> Any:
    tree = parse(query)
    assert validate(core_schema(schema), tree) == []
    operation: OperationDefinitionNode | None = get_operation_ast(tree, name)
    assert operation is not None
    return tree, operation
