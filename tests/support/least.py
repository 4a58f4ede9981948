# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The least that a field may be asked for, by the schema that is served."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from infra.ids import Kind, encode_id

SAMPLES: dict[str, Any] = {
    "points": "5",
    "trigger": "store.visited",
    "triggers": ["store.visited"],
    "currency": "CNY",
    "price": "9.00",
}


IDS: dict[str, str] = {
    "postId": encode_id(Kind.POST, UUID(int=1)),
    "memberId": encode_id(Kind.MEMBER, UUID(int=1)),
}
"""Well-formed ids of nothing that is there, for fields that read them before all else."""


def least(type_: GraphQLInputObjectType) -> dict[str, Any]:
    """The least that such an input may say."""
    samples: dict[str, Any] = {"Int": 1, "Long": 1, "Float": 1.0, "Boolean": True}
    found: dict[str, Any] = {}
    for name, field in type_.fields.items():
        if not isinstance(field.type, GraphQLNonNull):
            continue
        named = get_named_type(field.type)
        if name in SAMPLES or name in IDS:
            found[name] = SAMPLES.get(name) or IDS[name]
        elif str(field.type).startswith("["):
            found[name] = []
        elif isinstance(named, GraphQLInputObjectType):
            found[name] = least(named)
        elif isinstance(named, GraphQLEnumType):
            found[name] = next(iter(named.values))
        else:
            found[name] = samples.get(named.name, "a-key-1")
    return found


def query_of(kind: str, name: str, field: GraphQLField) -> tuple[str, dict[str, Any]]:
    """A document that asks for the field alone, and its variables."""
    needed = {one: arg for one, arg in field.args.items() if isinstance(arg.type, GraphQLNonNull)}
    declared = ", ".join(f"$a_{one}: {arg.type}" for one, arg in needed.items())
    given = ", ".join(f"{one}: $a_{one}" for one in needed)
    chosen = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    asked = f"{name}({given}){chosen}" if given else f"{name}{chosen}"
    named = {one: get_named_type(arg.type) for one, arg in needed.items()}
    variables = {
        f"a_{one}": least(type_) if isinstance(type_, GraphQLInputObjectType) else _sample(type_)
        for one, type_ in named.items()
    }
    return f"{kind} ({declared}) {{ {asked} }}" if declared else f"{kind} {{ {asked} }}", variables


def _sample(type_: Any) -> Any:  # noqa: ANN401
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return {"Int": 1, "Long": 1, "Float": 1.0, "Boolean": True}.get(type_.name, "a-key-1")
