"""Which type an object of an interface or union is, decided as strawberry decides it."""

# ruff: noqa: ANN401, ARG003 - strawberry's hooks are untyped

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import pytest
import strawberry

from tests.api.execution.compiler.both import both

T = TypeVar("T")


class Row:
    """Not a type of the schema."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind


@strawberry.interface
class Animal:
    name: str


@strawberry.type
class Dog(Animal):
    barks: bool = True


@strawberry.type
class Bird(Animal):
    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return getattr(value, "kind", "bird" if isinstance(value, Bird) else "") == "bird"


class Puppy(Dog):
    """A subclass that is no type of its own."""


@strawberry.type
class Stone:
    weight: int = 3


@strawberry.type
class Box(Generic[T]):
    inside: T


@strawberry.interface
class Shape:
    sides: int

    @classmethod
    def resolve_type(cls, value: Any, *_: Any) -> str | None:
        return {3: "Triangle", 4: "Square", 5: "Dog"}.get(value.sides)


@strawberry.type
class Triangle(Shape):
    sharp: bool = True


@strawberry.type
class Square(Shape):
    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return value.sides == 4 and "shapes" in info.path.as_list()


Thing = Annotated[Dog | Bird | Stone | Box[int] | Box[str], strawberry.union("Thing")]
SHOWN: list[Any] = []


@strawberry.type
class Query:
    @strawberry.field
    def things(self) -> list[Thing | None]:
        return SHOWN

    @strawberry.field
    def animals(self) -> list[Animal | None]:
        return SHOWN

    @strawberry.field
    def dogs(self) -> list[Dog | None]:
        return SHOWN

    @strawberry.field
    async def shapes(self) -> list[Shape | None]:
        return SHOWN


SCHEMA = strawberry.Schema(query=Query, types=[Triangle, Square])
THINGS = """{ things {
  __typename
  ... on Animal { name }
  ... on Stone { weight }
  ... on IntBox { number: inside }
  ... on StrBox { text: inside }
} }"""


@pytest.fixture(autouse=True)
def _emptied() -> None:
    SHOWN.clear()


async def types_of(query: str, field: str) -> list[str | None]:
    result = await both(SCHEMA, query)
    return [one and one["__typename"] for one in result.data[field]]


async def test_objects_of_a_union_are_of_their_classes_types() -> None:
    SHOWN.extend([Dog(name="Rex"), Stone(), Puppy(name="P"), None, Dog(name="Rex"), Stone()])
    assert await types_of(THINGS, "things") == ["Dog", "Stone", "Dog", None, "Dog", "Stone"]


async def test_objects_of_a_generic_are_of_the_type_of_their_contents() -> None:
    SHOWN.extend([Box(inside=1), Box(inside="a"), Box(inside=2)])
    assert await types_of(THINGS, "things") == ["IntBox", "StrBox", "IntBox"]


async def test_other_objects_are_asked_about_by_the_types_own_predicates() -> None:
    SHOWN.extend([Row("Tweety", "bird"), Row("Rock", "stone"), Row("Robin", "bird")])
    assert await types_of(THINGS, "things") == ["Bird", None, "Bird"]


async def test_a_cast_decides() -> None:
    SHOWN.extend([strawberry.cast(Dog, Row("Rex", "?")), Row("Rock", "?")])
    for one in SHOWN:
        one.barks = False
    query = "{ animals { __typename name ... on Dog { barks } } dogs { barks } }"
    assert await types_of(query, "animals") == ["Dog", None]


async def test_what_is_not_of_the_type_is_an_error() -> None:
    SHOWN.extend([Stone(), "text", 5, ValueError("instead"), Dog(name="Rex"), Puppy(name="P")])
    result = await both(SCHEMA, "{ dogs { name } animals { name } things { __typename } }")
    assert [one is not None for one in result.data["dogs"]] == [False] * 4 + [True] * 2


async def test_an_interface_resolves_types_in_its_own_way() -> None:
    SHOWN.extend([Triangle(sides=3), Square(sides=4), Triangle(sides=4), Triangle(sides=9)])
    query = "{ shapes { __typename sides ... on Triangle { sharp } } }"
    assert await types_of(query, "shapes") == ["Triangle", "Square", "Square", None]


async def test_a_type_that_is_none_of_the_interface_is_an_error() -> None:
    SHOWN.append(Triangle(sides=5))
    result = await both(SCHEMA, "{ shapes { sides } }")
    assert "not a possible type" in str(result.errors)
