"""A schema with everything that resolvers may do. Most bodies are never run: fakes stand in."""

# ruff: noqa: A002, ANN401, ARG002 - bodies are never run, and strawberry's hooks are untyped

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, NewType, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from api.execution.compiler import batch_field
from api.scalars import JSON, SCALARS, Long

T = TypeVar("T")


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = strawberry.enum_value("green", name="VERT")
    BLUE = 3


Loud = NewType("Loud", str)


def write_loud(value: object) -> str | None:
    """Fails on what is no text, and on some that is: gives nothing."""
    if not isinstance(value, str):
        raise TypeError(f"not loud: {value!r}")
    return None if value.endswith("7") else value.upper()


@strawberry.input
class Inner:
    word: str
    numbers: list[int] | None = None
    colour: Colour | None = Colour.RED


@strawberry.input
class Filter:
    text: str | None = strawberry.UNSET
    limit: int = 3
    inner: Inner | None = None
    inners: list[Inner] = strawberry.field(default_factory=list["Inner"])
    since: datetime | None = None


@strawberry.input(one_of=True)
class Either:
    left: int | None = strawberry.UNSET
    right: Inner | None = strawberry.UNSET


class IsEven(BasePermission):
    message = "not even"

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return len(str(info.path.as_list())) % 2 == 0


class IsEvenLater(BasePermission):
    message = "not even later"

    async def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return len(str(info.path.as_list())) % 2 == 0


class Wrapped(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        return f"<{next_(source, info, **kwargs)}>"

    async def resolve_async(
        self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any
    ) -> Any:
        return f"<{await next_(source, info, **kwargs)}>"


def of_parent(parent: strawberry.Parent[Any], word: str = "w") -> str:
    raise NotImplementedError


def of_root(root: Any, info: strawberry.Info) -> str | None:
    raise NotImplementedError


@strawberry.interface
class Named:
    name: str
    nick: str | None

    @strawberry.field
    def shout(self, info: strawberry.Info, times: int = 2) -> str:
        raise NotImplementedError


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Ghost:
    age: int
    haunts: list[Thing | None]


@strawberry.type
class Robot(Named):
    serial: int

    @strawberry.field
    async def maker(self) -> Person | None:
        raise NotImplementedError


@strawberry.type
class Person(Named, Node):
    born: date | None
    friends: list[Person]

    @batch_field(description="By one call.")
    @staticmethod
    async def best(people: Sequence[Person], info: strawberry.Info) -> list[Person | None]:
        raise NotImplementedError


@strawberry.type
class Box(Generic[T]):
    inside: T
    label: str | None


Being = Annotated[Person | Robot | Ghost, strawberry.union("Being")]


@strawberry.type
class Thing(Node):
    title: str
    note: str | None
    count: int
    ratio: float | None
    done: bool
    big: Long | None
    price: Decimal
    at: datetime | None
    day: date
    colour: Colour
    colours: list[Colour | None]
    data: JSON | None
    loud: Loud | None
    tags: list[str]
    scores: list[int | None] | None
    matrix: list[list[int] | None]
    owner: Person
    keeper: Named | None
    beings: list[Being]
    box: Box[int] | None
    parts: list[Box[str]]
    from_parent: str = strawberry.field(resolver=of_parent)
    from_root: str | None = strawberry.field(resolver=of_root)

    @strawberry.field
    def plain(self) -> str | None:
        raise NotImplementedError

    @strawberry.field
    def told(self, info: strawberry.Info, filter: Filter | None = None) -> str:
        raise NotImplementedError

    @strawberry.field
    def chosen(self, either: Either, colours: list[Colour] = [Colour.BLUE]) -> str | None:  # noqa: B006
        raise NotImplementedError

    @strawberry.field
    async def slow(self, info: strawberry.Info, word: str | None = None) -> str | None:
        raise NotImplementedError

    @strawberry.field
    async def must(self) -> str:
        raise NotImplementedError

    @strawberry.field
    def child(self, info: strawberry.Info) -> Thing | None:
        raise NotImplementedError

    @strawberry.field
    def children(self, first: int | None = 2) -> list[Thing]:
        raise NotImplementedError

    @strawberry.field
    async def later(self, info: strawberry.Info) -> list[Thing | None] | None:
        raise NotImplementedError

    @strawberry.field
    async def must_later(self) -> Thing:
        raise NotImplementedError

    @strawberry.field
    async def someone(self, id: strawberry.ID | None = None) -> Being | None:
        raise NotImplementedError

    @strawberry.field
    def named(self) -> list[Named]:
        raise NotImplementedError

    @batch_field(description="One for each.")
    @staticmethod
    async def maker(
        things: Sequence[Thing], info: strawberry.Info, word: str = "a"
    ) -> list[Person]:
        raise NotImplementedError

    @batch_field(description="Some for each.")
    @staticmethod
    async def related(
        things: Sequence[Thing], info: strawberry.Info, filter: Filter | None = None
    ) -> list[list[Thing | None] | None]:
        raise NotImplementedError

    @strawberry.field(permission_classes=[IsEven])
    def guarded(self, info: strawberry.Info) -> str | None:
        raise NotImplementedError

    @strawberry.field(permission_classes=[IsEvenLater])
    async def guarded_later(self, info: strawberry.Info) -> str:
        raise NotImplementedError

    @strawberry.field(extensions=[Wrapped()])
    def wrapped(self, word: str = "x") -> str | None:
        raise NotImplementedError


@strawberry.type
class Query:
    @strawberry.field
    async def thing(self, info: strawberry.Info, id: strawberry.ID) -> Thing | None:
        raise NotImplementedError

    @strawberry.field
    async def things(self, first: int = 3, filter: Filter | None = None) -> list[Thing]:
        raise NotImplementedError

    @strawberry.field
    def now(self) -> datetime:
        raise NotImplementedError

    @strawberry.field
    def some(self, at: datetime | None = None, price: Decimal | None = None) -> list[Thing | None]:
        raise NotImplementedError

    @strawberry.field
    async def being(self, data: JSON | None = None, big: Long | None = None) -> Being | None:
        raise NotImplementedError

    @strawberry.field
    async def node(self, id: strawberry.ID) -> Node | None:
        raise NotImplementedError

    @strawberry.field
    def people(self, words: list[str | None] | None = None) -> list[Person] | None:
        raise NotImplementedError


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def make(self, info: strawberry.Info, id: strawberry.ID) -> Thing | None:
        raise NotImplementedError

    @strawberry.mutation
    async def make_many(self, words: list[str], filter: Filter | None = None) -> list[Thing | None]:
        raise NotImplementedError

    @strawberry.mutation
    def alter(self, info: strawberry.Info, price: Decimal | None = None) -> Thing:
        raise NotImplementedError

    @strawberry.mutation
    async def hire(self) -> Being | None:
        raise NotImplementedError

    @strawberry.mutation(permission_classes=[IsEvenLater])
    async def remove(self, info: strawberry.Info) -> str | None:
        raise NotImplementedError

    @strawberry.mutation(extensions=[Wrapped()])
    def wrapped(self, word: str = "x") -> str | None:
        raise NotImplementedError


def rich_schema() -> strawberry.Schema:
    scalars = {**SCALARS, Loud: strawberry.scalar(name="Loud", serialize=write_loud)}
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Robot],
        config=StrawberryConfig(scalar_map=scalars),
    )
