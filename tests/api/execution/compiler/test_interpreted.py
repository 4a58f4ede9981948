"""What is left to the interpreter, and what a schema may not have."""

# ruff: noqa: ANN401 - strawberry's hooks are untyped

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any, cast

import pytest
import strawberry
from strawberry.directive import DirectiveLocation
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField
from structlog.testing import capture_logs

from api.execution.compiler import Compiler
from tests.api.execution.compiler.both import Compiled, both


@strawberry.interface
class Shape:
    sides: int

    @classmethod
    async def resolve_type(cls, *_: Any) -> str:
        return "Square"


@strawberry.type
class Square(Shape):
    pass


@strawberry.type
class Round:
    wide: int

    @classmethod
    async def is_type_of(cls, *_: Any) -> bool:
        return True


async def one() -> int:
    return 1


async def counting() -> AsyncIterator[int]:
    yield 1


@strawberry.type
class Query:
    word: str | None = "w"

    @strawberry.field
    def later_items(self) -> list[int]:
        return [cast("int", one()), 2]

    @strawberry.field
    def stream(self) -> list[int]:
        return cast("list[int]", counting())

    @strawberry.field
    def shape(self) -> Shape:
        return Square(sides=4)

    @strawberry.field
    def round(self) -> Round:
        return cast("Round", object())


SCHEMA = strawberry.Schema(query=Query)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ __schema { description } }", "introspection"),
        ('{ __type(name: "Query") { name } }', "introspection"),
        ("{ laterItems }", "async_items"),
        ("{ stream }", "async_list"),
        ("{ shape { sides } }", "async_type"),
        ("{ round { wide } }", "async_type"),
        ("{ " + " ".join(f"w{n}: word" for n in range(2100)) + " }", "size"),
    ],
)
async def test_an_operation_is_left_to_the_interpreter_and_the_reason_told_once(
    query: str, reason: str
) -> None:
    compiled = Compiled(SCHEMA)
    with capture_logs() as logs:
        assert await compiled(query) is None
        assert await compiled(query) is None
    assert compiled.counts == {reason: 2}
    assert [(line["event"], line["reason"]) for line in logs] == [("document.interpreted", reason)]


class Extension(SchemaExtension):
    def resolve(self, _next: Any, *args: Any, **kwargs: Any) -> Awaitable[object] | object:
        return _next(*args, **kwargs)


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def upper(value: str) -> str:
    return value.upper()


class OwnContext(StrawberryGraphQLCoreExecutionContext):
    pass


@pytest.mark.parametrize(
    "hooks",
    [
        {"extensions": [Extension]},
        {"execution_context_class": OwnContext},
        {"directives": [upper]},
    ],
)
def test_a_schema_with_hooks_that_would_be_bypassed_is_refused(hooks: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="compiled documents run no"):
        Compiler(strawberry.Schema(query=Query, **hooks))


class OwnInfo(strawberry.Info[Any, Any]):
    @property
    def mine(self) -> str:
        return "mine"


class OwnField(StrawberryField):
    def get_result(self, *args: Any, **kwargs: Any) -> Any:
        return f"own {super().get_result(*args, **kwargs)}"


@strawberry.type
class Asked:
    plain: str = OwnField(python_name="plain")  # type: ignore[assignment]

    @strawberry.field
    def told(self, info: strawberry.Info) -> str:
        return cast("OwnInfo", info).mine


@strawberry.type
class Root:
    @strawberry.field
    def asked(self) -> Asked:
        return Asked(plain="p")


async def test_hooks_of_single_fields_are_called_with_the_field() -> None:
    schema = strawberry.Schema(query=Root, config=StrawberryConfig(info_class=OwnInfo))
    result = await both(schema, "{ asked { told plain } }")
    assert result.data == {"asked": {"told": "mine", "plain": "own p"}}
