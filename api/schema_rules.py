"""What every element of the schema owes to its readers, beside working.

It says what it is. A scalar names the specification of its form. What is deprecated says what to
use instead, which exists, and since when. Elements are named by their schema coordinates
(`Member`, `Member.tier`, `Query.member(handle:)`, `@tag(name:)`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSyntaxError,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
    resolve_schema_coordinate,
)

Element: TypeAlias = (
    GraphQLNamedType
    | GraphQLField
    | GraphQLInputField
    | GraphQLArgument
    | GraphQLEnumValue
    | GraphQLDirective
)
_REASON: Final = re.compile(r"Use `([^`]+)` instead, since \d{4}-\d\d-\d\d\..*", re.DOTALL)


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """What says nothing about itself."""
    return (name for name, element in elements(schema) if not element.description)


def unspecified(schema: GraphQLSchema) -> Iterator[str]:
    """Scalars of our own without `@specifiedBy`."""
    for name, element in elements(schema):
        if isinstance(element, GraphQLScalarType) and not element.specified_by_url:
            yield name


def abandoned(schema: GraphQLSchema) -> Iterator[str]:
    """What is deprecated without "Use `Place.of` instead, since YYYY-MM-DD." or for no place."""
    for name, element in elements(schema):
        if isinstance(element, GraphQLNamedType | GraphQLDirective):
            continue  # cannot be deprecated
        if element.deprecation_reason is None:
            continue
        said = _REASON.fullmatch(element.deprecation_reason)
        if said is None or not _exists(schema, said[1]):
            yield name


def elements(schema: GraphQLSchema) -> Iterator[tuple[str, Element]]:
    """Everything that the schema defines itself, by its coordinate."""
    for name, type_ in schema.type_map.items():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield name, type_
            yield from _members(name, type_)
    for directive in schema.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive
            for name, argument in directive.args.items():
                yield f"@{directive.name}({name}:)", argument


def _members(of: str, type_: GraphQLNamedType) -> Iterator[tuple[str, Element]]:
    if isinstance(type_, GraphQLEnumType):
        yield from ((f"{of}.{name}", value) for name, value in type_.values.items())
    if isinstance(type_, GraphQLInputObjectType):
        yield from ((f"{of}.{name}", field) for name, field in type_.fields.items())
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            yield f"{of}.{name}", field
            for argument_name, argument in field.args.items():
                yield f"{of}.{name}({argument_name}:)", argument


def _exists(schema: GraphQLSchema, coordinate: str) -> bool:
    try:
        return resolve_schema_coordinate(schema, coordinate) is not None
    except (TypeError, GraphQLSyntaxError):  # its type is missing, or it is no coordinate
        return False
