"""Fakes in the place of a schema's resolvers, which answer, fail, give null or take their time.

What a fake does depends on the seed, the parent and the arguments alone, so that two executions
of a document meet the same fates however they go about it. Text tells the arguments and the path
that the resolver was given, so that a difference in them is a difference in the data.
"""

# ruff: noqa: ANN401, ARG001, PLR0911, S311 - values of any type; fates must repeat

from __future__ import annotations

import asyncio
import inspect
import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    is_list_type,
    is_non_null_type,
)

from api.execution.compiler import batching
from api.execution.compiler.core import core_schema, field_of
from api.execution.loading import Loaders

KEY = "_faked_as"


class Broken(Exception):
    """What a resolver raises that was fated to."""


@dataclass(slots=True)
class World:
    """What happens: how often things fail, are null, or are slow."""

    schema: strawberry.Schema
    seed: int
    failing: float
    awaiting: float = 0.1
    happened: list[str] = field(default_factory=list[str])
    """When each field of a mutation began and ended, in that order."""

    def fate(self, *key: object) -> random.Random:
        return random.Random(zlib.crc32(repr((self.seed, *key)).encode()))

    def value(self, type_: Any, key: str, told: str = "") -> Any:
        """A value for an output type, or None or an exception in its place."""
        fate = self.fate(key, "value")
        if fate.random() < self.failing:
            return fate.choice([None, None, Broken(f"value of {key}"), *_WRONG])
        if is_non_null_type(type_):
            type_ = type_.of_type
        elif fate.random() < 0.1:
            return None
        if is_list_type(type_):
            of = range(fate.randint(0, 3))
            items = [self.value(type_.of_type, f"{key}[{n}]", told) for n in of]
            return tuple(items) if fate.random() < 0.1 else items
        if isinstance(type_, GraphQLObjectType):
            return self.object(type_, key)
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            possible = core_schema(self.schema).get_possible_types(type_)
            return self.object(fate.choice(list(possible)), key)
        if isinstance(type_, GraphQLEnumType):
            return fate.choice(list(cast("Any", type_).wrapped_cls))
        return _scalar(type_.name, fate, f"{key}{told}")

    def object(self, type_: GraphQLObjectType, key: str) -> Any:
        """An object of the type, whose attributes are made when they are asked for."""
        made = object.__new__(type_.extensions["strawberry-definition"].origin)
        made.__dict__[KEY] = f"{key}:{type_.name}"
        return made

    def attribute(self, type_: GraphQLObjectType, parent: Any, name: str) -> Any:
        """An attribute that may be wrong, or missing."""
        field = next((one for one in type_.fields.values() if python_name(one) == name), None)
        key = f"{parent.__dict__.get(KEY)}.{name}"
        if field is None or self.fate(key, "missing").random() < self.failing / 2:
            raise AttributeError(f"no {name}")
        made = parent.__dict__[name] = self.value(field.type, key)
        return made

    async def wait(self, fate: random.Random) -> None:
        for _ in range(fate.choice([0, 0, 1, 2, 5])):
            await asyncio.sleep(0)


_WRONG = ["a text", -1, 2**40, object, 1.5, float("inf"), [], {}]


def _scalar(name: str, fate: random.Random, told: str) -> Any:
    made: dict[str, Any] = {
        "String": told,
        "ID": told,
        "Int": fate.randint(-9, 9),
        "Float": fate.choice([0.5, 3, -1.25]),
        "Boolean": fate.random() < 0.5,
        "Long": fate.choice([2**50, 0]),
        "Decimal": Decimal(fate.choice(["1.50", "100"])),
        "DateTime": datetime(2026, 3, fate.randint(1, 28), 8, tzinfo=UTC),
        "Date": date(2026, 3, fate.randint(1, 28)),
        "JSON": {"told": told, "list": [1, None]},
        "Loud": told,
    }
    return made[name]


def python_name(definition: GraphQLField) -> str | None:
    field = field_of(definition)
    return None if field is None else field.python_name


class FakeContext:
    """What fakes and batch fields find in `info.context`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._loaders = Loaders()

    async def load(self, batch: Any, key: Any) -> Any:
        return (await self._loaders.load(cast("Any", self), batch, [key]))[0]


@contextmanager
def faked(schema: strawberry.Schema) -> Iterator[None]:
    """While it lasts, every resolver of the schema is a fake, and so is every attribute."""
    put_back: list[tuple[Any, Any]] = []
    origins: list[type] = []
    for type_ in core_schema(schema).type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        if isinstance(type_, GraphQLObjectType) and "strawberry-definition" in type_.extensions:
            origins.append(type_.extensions["strawberry-definition"].origin)
            vars_of = _attribute_of(type_)
            setattr(origins[-1], "__getattr__", vars_of)  # noqa: B010
        for definition in type_.fields.values():
            field = field_of(definition)
            resolver: Any = field.base_resolver if field is not None else None
            if resolver is None or any(one is resolver for one, _ in put_back):
                continue
            put_back.append((resolver, resolver.wrapped_func))
            _ = resolver.is_async, resolver.signature, resolver.arguments, resolver.name
            awaits = not field.extensions  # which would get what is not waited for yet
            note = _note if type_ is core_schema(schema).mutation_type else _ignore
            resolver.wrapped_func = _fake(resolver, definition.type, awaits=awaits, note=note)
    try:
        yield
    finally:
        for resolver, function in put_back:
            resolver.wrapped_func = function
        for origin in origins:
            delattr(origin, "__getattr__")


def _attribute_of(type_: GraphQLObjectType) -> Any:
    def lazily(self: Any, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return CURRENT[-1].attribute(type_, self, name)

    return lazily


def _note(world: World, what: str) -> None:
    world.happened.append(what)


def _ignore(world: World, what: str) -> None:
    pass


def _fake(resolver: Any, type_: Any, *, awaits: bool, note: Callable[[World, str], None]) -> Any:
    name = resolver.name
    parent_name = next(
        (one.name for one in (resolver.parent_parameter, resolver.root_parameter) if one), None
    )
    batch = batching.batch_of(resolver.wrapped_func)
    if batch is not None:
        return batching.for_one(_fake_batch(batch, name, type_))

    def answer(args: Any, kwargs: dict[str, Any]) -> tuple[World, random.Random, Any]:
        parent = args[0] if args else kwargs.pop(parent_name, None)
        info = kwargs.pop("info", None)
        world: World = CURRENT[-1]
        path = "" if info is None else f"@{info.path.as_list()}{info.field_name}"
        key = f"{getattr(parent, KEY, '')}/{name}{sorted(kwargs.items()) if kwargs else ''}"
        if info is not None:
            assert info.context.world is world
        note(world, f"begins: {key}")
        return world, world.fate(key, "how"), (key, path)

    async def later(world: World, fate: random.Random, told: Any) -> Any:
        await world.wait(fate)
        note(world, f"ends: {told}")
        return _answer(world, fate, type_, *told)

    async def fake(*args: Any, **kwargs: Any) -> Any:
        return await later(*answer(args, kwargs))

    async def prompt(*args: Any, **kwargs: Any) -> Any:
        world, fate, told = answer(args, kwargs)
        return _answer(world, fate, type_, *told)

    def plain(*args: Any, **kwargs: Any) -> Any:
        world, fate, told = answer(args, kwargs)
        if awaits and fate.random() < world.awaiting / 10:
            return later(world, fate, told)
        return _answer(world, fate, type_, *told)

    if not resolver.is_async:
        return plain
    return prompt if zlib.crc32(name.encode()) % 3 == 0 else fake


def _answer(world: World, fate: random.Random, type_: Any, key: str, path: str) -> Any:
    if fate.random() < world.failing:
        raise Broken(f"{key}{path}")
    return world.value(type_, key, path)


def _fake_batch(batch: Any, name: str, type_: Any) -> Any:
    async def fake(parents: Sequence[Any], info: Any, **given: Any) -> list[Any]:
        world: World = CURRENT[-1]
        fate = world.fate(name, "batch")
        await world.wait(fate)
        if fate.random() < world.failing / 4:
            raise Broken(f"batch {name}")
        arguments = sorted(given.items()) if given else ""
        keys = [f"{getattr(parent, KEY, '')}/{name}{arguments}" for parent in parents]
        return [world.value(type_, key) for key in keys]

    vars(fake)["__signature__"] = inspect.signature(batch)
    fake.__name__, fake.__module__ = batch.__name__, batch.__module__
    return fake


CURRENT: list[World] = []
"""The world that fakes without an `info` live in."""
