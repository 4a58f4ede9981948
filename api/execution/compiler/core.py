"""What graphql-core and strawberry have for us, with types that say what we rely on.

Both leave the type of the context, and of much else, open in their signatures; this is the one
module of the compiler that meets it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import getclosurevars, isasyncgenfunction, iscoroutine
from typing import Any, Final, TypeAlias, cast

import graphql
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import GraphQLVariableSignature
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from graphql.pyutils import is_iterable as _is_iterable
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry import Info, Schema
from strawberry.execution import optimized_is_awaitable
from strawberry.relay.types import GlobalID
from strawberry.schema.compat import is_scalar
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

ResolveInfo: TypeAlias = GraphQLResolveInfo[Any]
CoreExecutor: TypeAlias = Executor[Any]
Function: TypeAlias = Callable[..., Any]

is_awaitable: Final[Callable[[object], bool]] = optimized_is_awaitable
is_iterable: Final[Callable[[object], bool]] = _is_iterable
STANDARD_EXECUTOR: Final[type[CoreExecutor]] = StrawberryGraphQLCoreExecutionContext


def core_schema(schema: Schema) -> GraphQLSchema:
    """The schema that graphql-core executes."""
    return schema._schema  # noqa: SLF001


def executor_class(schema: Schema) -> type[CoreExecutor]:
    return schema.execution_context_class


def hooks_of(schema: Schema) -> tuple[bool, bool]:
    """Whether a schema has extensions, and directives of operations."""
    return bool(schema.extensions), bool(schema.directives)


def has_own_info(schema: Schema) -> bool:
    return schema.config.info_class is not Info


def has_own_inputs(schema: Schema) -> bool:
    """Whether an input type makes its Python value itself, and may look at the Info for it."""
    types = schema.schema_converter.type_map.values()
    return any(getattr(type_.definition, "from_input", None) for type_ in types)


def nodes_of(info: Info[Any, Any]) -> list[FieldNode]:
    """The field's nodes in the document."""
    return info._raw_info.field_nodes  # noqa: SLF001


def field_of(definition: GraphQLField) -> StrawberryField | None:
    """The strawberry field that a definition was made of."""
    return cast("StrawberryField | None", definition.extensions.get("strawberry-definition"))


def resolver_of(field: StrawberryField) -> StrawberryResolver[Any] | None:
    return field.base_resolver


def function_of(resolver: StrawberryResolver[Any]) -> Function:
    """The bound function of a resolver."""
    return cast("Function", resolver.wrapped_func)


def is_stream(function: Function) -> bool:
    return isasyncgenfunction(function)


def takes_inputs(definition: GraphQLField) -> bool:
    return any(
        isinstance(get_named_type(argument.type), GraphQLInputObjectType)
        for argument in definition.args.values()
    )


def is_taken_as_it_is(schema: Schema, argument: StrawberryArgument) -> bool:
    """Whether strawberry hands an argument's coerced value on without making anything of it."""
    type_ = argument.type
    if isinstance(type_, StrawberryMaybe):
        return False
    if isinstance(type_, StrawberryOptional):
        type_ = type_.of_type
    return has_enum_definition(type_) or (
        type_ is not GlobalID and is_scalar(type_, schema.schema_converter.scalar_registry)
    )


def makes_its_value(type_: GraphQLInputObjectType) -> bool:
    """Whether an input type turns its coerced fields into something else, or refuses them."""
    return type_.out_type is not GraphQLInputObjectType.out_type


def named_type_of(field: GraphQLInputField) -> object:
    """A field's type without lists and `!`."""
    return get_named_type(field.type)


def is_required(field: GraphQLInputField) -> bool:
    return graphql.is_required_input_field(field)


def default_of(field: GraphQLInputField) -> object:
    """The coerced default of an input's field; Undefined where it has none."""
    return coerce_default_value(field)


def enclosed(function: Function, name: str) -> object:
    """What a function sees under a name of the function around it."""
    return getclosurevars(function).nonlocals.get(name)


def type_of(argument: GraphQLArgument | GraphQLVariableSignature) -> object:
    return argument.type


def output_of(definition: GraphQLField) -> object:
    return definition.type


def nullable_of(type_: object) -> tuple[object, bool]:
    """A type without its `!`, and whether it had none."""
    if graphql.is_non_null_type(type_):
        return type_.of_type, False
    return type_, True


def item_of(type_: object) -> object | None:
    """What a list type is a list of."""
    return type_.of_type if graphql.is_list_type(type_) else None


def belongs(type_: GraphQLObjectType, value: object, info: ResolveInfo) -> object:
    """What the type's own predicate says; True where it has none."""
    return True if type_.is_type_of is None else type_.is_type_of(value, info)


def type_name_of(type_: GraphQLAbstractType, value: object, info: ResolveInfo) -> object:
    """The name of a value's type, as the abstract type resolves it."""
    resolve: Function = type_.resolve_type or graphql.default_type_resolver
    return resolve(value, info, type_)


def resolve_info(
    executor: CoreExecutor,
    definition: GraphQLField,
    nodes: list[FieldNode],
    parent: GraphQLObjectType,
    path: Path,
) -> ResolveInfo:
    return executor.build_resolve_info(definition, nodes, parent, path)


def close(awaitable: object) -> None:
    """Spares a coroutine that nobody will await the warning about it."""
    if iscoroutine(awaitable):
        awaitable.close()


def make_executor(
    class_: type[CoreExecutor],
    schema: GraphQLSchema,
    fragments: dict[str, FragmentDefinitionNode],
    operation: OperationDefinitionNode,
    values: VariableValues,
    context: object = None,
    root: object = None,
) -> CoreExecutor:
    """An executor as `Executor.build` makes it, of parts that are known to be right."""
    details: Mapping[str, FragmentDetails] = {
        name: FragmentDetails(fragment) for name, fragment in fragments.items()
    }
    return class_(
        schema,
        fragments,
        dict(details),
        root,
        context,
        operation,
        values,
        graphql.default_field_resolver,
        cast("Any", graphql.default_type_resolver),
        graphql.default_field_resolver,
        is_awaitable=cast("Any", optimized_is_awaitable),
    )
