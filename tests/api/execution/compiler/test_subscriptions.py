"""Events of subscriptions: by compiled code and by the interpreter, to the same letter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest
import strawberry
from graphql.execution import create_source_event_stream, execute_subscription_event
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import batch_field
from api.execution.compiler.core import core_schema, executor_class
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from tests.api.execution.compiler.both import Plain, read, told


@strawberry.type
class Change:
    number: int

    @strawberry.field
    async def later(self) -> int:
        return self.number * 10

    @strawberry.field
    def odd(self) -> bool:
        if self.number == 2:
            raise ValueError("two is not")
        return True

    @strawberry.field
    def event(self, info: strawberry.Info) -> str:
        return f"{info.root_value.number} at {info.path.key} of {info.operation.operation.value}"

    @strawberry.field
    def after(self) -> list[Change]:
        return [Change(number=self.number + n) for n in (1, 2)]

    @batch_field(description="Of all at once.")
    @staticmethod
    async def together(changes: Sequence[Change], info: strawberry.Info) -> list[int]:  # noqa: ARG004
        return [len(changes)] * len(changes)


@strawberry.type
class Query:
    hello: str = "hello"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def changes(self, upto: int = 3) -> AsyncIterator[Change | None]:
        for number in range(1, upto):
            yield Change(number=number)
        yield None


SCHEMA = strawberry.Schema(query=Query, subscription=Subscription)


def context() -> Any:  # noqa: ANN401
    return Plain()


async def interpreted(query: str, variables: dict[str, Any]) -> list[str]:
    executor: Any = executor_class(SCHEMA).build(
        core_schema(SCHEMA), read(SCHEMA, query, None)[0], None, context(), variables
    )
    results = list[str]()
    async for event in await cast("Any", create_source_event_stream(executor)):
        one = executor.build_per_event_executor(event)
        one.context_value = context()
        result: Any = execute_subscription_event(one)
        results.append(told(await result if optimized_is_awaitable(result) else result))
    return results


@pytest.mark.parametrize("trusted", [True, False], ids=["at once", "when used often"])
@pytest.mark.parametrize(
    "query",
    [
        "subscription { changes { number } }",
        "subscription { c: changes { __typename later after { later together } } }",
        "subscription { changes(upto: 6) { after { odd number } later } }",
        "subscription { changes { event after { event } } }",
        "subscription S($n: Int!) { changes(upto: $n) { ...F } } fragment F on Change { number }",
        "subscription S($n: Int!) { changes(upto: $n) { number @skip(if: true) n: number } }",
    ],
)
async def test_an_event_comes_to_the_same_both_ways(query: str, *, trusted: bool) -> None:
    counts: list[str] = []
    variables = {"n": 6} if "$n" in query else {}
    engine = Engine(SCHEMA, count=counts.append)
    operation = await engine.prepare(Request(query, None, variables))
    assert isinstance(operation, Operation)
    operation = Operation(operation.tree, operation.node, variables, trusted=trusted)
    outcomes = [told(one) async for one in engine.subscribe(operation, context)]
    assert outcomes == await interpreted(query, variables)
    young = 0 if trusted else 2
    assert counts == ["young"] * young + ["compiled"] * (len(outcomes) - young)
