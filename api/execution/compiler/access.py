"""How each field of a schema gets its value: as directly as nothing that strawberry does is lost.

Only resolvers that strawberry's own converter made are looked behind, and only where it does no
more than read an attribute or call a function. Everything else (permissions, field extensions,
exception handlers, subclasses of its field, resolvers that somebody wrapped) is called whole.
"""

from __future__ import annotations

import dis
from inspect import CO_COROUTINE
from types import CodeType
from typing import Final

from graphql import GraphQLField, GraphQLObjectType, TypeNameMetaFieldDef
from strawberry import Schema
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from api.execution.compiler import core
from api.execution.compiler.batching import batch_of
from api.execution.compiler.plan import Access, Attribute, Batch, Call, TypeName, Whole

_CONVERTER: Final = "strawberry.schema.schema_converter"
_RESOLVERS: Final = {
    f"GraphQLCoreConverter.from_resolver.<locals>.{name}"
    for name in ("_get_basic_result", "_resolver", "_async_resolver")
}
_SUSPENDING: Final = "SEND"  # what every `await`, `async for` and `async with` comes down to
_PREDICATE: Final = "GraphQLCoreConverter.from_object.<locals>._get_is_type_of.<locals>.is_type_of"
_BY_CLASS: Final = {
    (
        _CONVERTER,
        "GraphQLCoreConverter.from_interface.<locals>._get_resolve_type.<locals>.resolve_type",
    ),
    (
        "strawberry.types.union",
        "StrawberryUnion.get_type_resolver.<locals>._resolve_union_type",
    ),
}


def refuse(schema: Schema) -> None:
    """Raises: TypeError for a schema with hooks that compiled documents would not run."""
    extensions, directives = core.hooks_of(schema)
    if extensions:
        raise TypeError("compiled documents run no schema extensions")
    if directives:
        raise TypeError("compiled documents run no operation directives")
    if core.executor_class(schema) is not core.STANDARD_EXECUTOR:
        raise TypeError("compiled documents run no execution context class but strawberry's own")


class Accesses:
    """The fields of one schema."""

    def __init__(self, schema: Schema) -> None:
        self._own_info = core.has_own_info(schema)
        self._own_inputs = core.has_own_inputs(schema)

    def of(self, definition: GraphQLField) -> Access:
        if definition is TypeNameMetaFieldDef:
            return TypeName()
        field, resolve = core.field_of(definition), definition.resolve
        if resolve is None:
            raise TypeError("strawberry gives every field a resolver")
        if type(field) is not StrawberryField or not _is_named(resolve, _CONVERTER, _RESOLVERS):
            return Whole(resolve)
        resolver = core.resolver_of(field)
        if resolve.__qualname__.endswith("_get_basic_result"):
            plain = field.default_resolver is getattr
            return Attribute(field.python_name) if plain else Whole(resolve)
        if resolver is None or field.extensions or self._does_more(resolver, definition):
            return Whole(resolve)
        return _call(resolver)

    def _does_more(self, resolver: StrawberryResolver[object], definition: GraphQLField) -> bool:
        """Whether resolving is more than converting arguments and calling a function."""
        resolve = definition.resolve
        return bool(
            (resolve and core.enclosed(resolve, "field_exception_handlers"))
            or core.is_stream(core.function_of(resolver))
            or (self._own_inputs and core.takes_inputs(definition))
            or (self._own_info and resolver.info_parameter is not None)
        )


def waits(definition: GraphQLField) -> bool:
    """Whether a field is known to give something to await. A subscription's is there: its event."""
    field = core.field_of(definition)
    return field is not None and field.is_async and not field.is_subscription


def is_prompt(access: Access) -> bool:
    """Whether a field that gives a coroutine has its value without waiting: it awaits nothing.

    Where this is wrong the coroutine is awaited all the same, only not beside others.
    """
    code = getattr(access.function, "__code__", None) if isinstance(access, Call) else None
    return (
        isinstance(code, CodeType)
        and bool(code.co_flags & CO_COROUTINE)
        and all(instruction.opname != _SUSPENDING for instruction in dis.get_instructions(code))
    )


def has_own_predicate(type_: GraphQLObjectType) -> bool:
    """Whether a type decides by more than class what belongs to it."""
    predicate = type_.is_type_of
    return predicate is not None and not _is_named(predicate, _CONVERTER, {_PREDICATE})


def goes_by_class(resolve_type: object) -> bool:
    """Whether a resolver of interfaces or unions is strawberry's own, which goes by class."""
    name = (getattr(resolve_type, "__module__", None), getattr(resolve_type, "__qualname__", None))
    return name in _BY_CLASS


def _call(resolver: StrawberryResolver[object]) -> Access:
    function = core.function_of(resolver)
    for_all = batch_of(function)
    if for_all is not None:
        return Batch(for_all)
    parents = {
        parameter.name
        for parameter in (resolver.parent_parameter, resolver.root_parameter)
        if parameter is not None
    }
    info = resolver.info_parameter
    return Call(
        function,
        by_position=resolver.self_parameter is not None,
        parent=tuple(sorted(parents)),
        info=None if info is None else info.name,
    )


def _is_named(function: core.Function, module: str, names: set[str]) -> bool:
    return (
        getattr(function, "__module__", None) == module
        and getattr(function, "__qualname__", None) in names
    )
