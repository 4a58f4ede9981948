"""Every argument that takes a text takes any text: it is used or refused, and nothing breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedInputType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)

TEXTS = {
    "nothing": "",
    "a blank": " ",
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
    "100,000 characters": "长" * 100_000,
    "a thousand faces": "👨‍👩‍👧" * 1_000,
    "controls": "\x1b[31m\r\n\x7f\u202e",
    "a statement": "'; DROP TABLE member; --",
    "a format": "{0.__class__} %s ${jndi}",
    "an id of nobody": "bWVtYmVyOjA=",
}
PLAIN: dict[str, object] = {
    "Int": 1,
    "Long": 1,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "1",
    "DateTime": "2026-03-01T00:00:00Z",
    "Date": "2026-03-01",
}


def value_for(type_: Any, text: str) -> object:  # noqa: ANN401 - any of graphql-core's
    """A value of this type with the text wherever a text may stand."""
    nullable = get_nullable_type(type_)
    if isinstance(nullable, GraphQLList):
        return [value_for(nullable.of_type, text)]
    named: GraphQLNamedInputType = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if isinstance(named, GraphQLInputObjectType):
        return {name: value_for(one.type, text) for name, one in named.fields.items()}
    if named.name == "JSON":
        return {text: text, "list": [text]}
    return PLAIN.get(named.name, text)


def operations(schema: GraphQLSchema, text: str) -> Iterator[dict[str, Any]]:
    """One for each root field that has arguments."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            if field.args:
                yield _operation(kind, name, field, text)


def _operation(kind: str, name: str, field: GraphQLField, text: str) -> dict[str, Any]:
    defined = ", ".join(f"${one}: {arg.type}" for one, arg in field.args.items())
    given = ", ".join(f"{one}: ${one}" for one in field.args)
    inner = "{ __typename }" if is_composite_type(get_named_type(field.type)) else ""
    variables = {one: value_for(arg.type, text) for one, arg in field.args.items()}
    query = f"{kind} {name.title()}({defined}) {{ {name}({given}) {inner} }}"
    return {"query": query, "variables": variables}


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_any_text_is_used_or_refused(
    http: httpx.AsyncClient, schema: strawberry.Schema, text: str
) -> None:
    broken: list[Any] = []
    for operation in operations(schema._schema, text):
        for caller in ("admin", "service"):
            # The standard library's JSON can say half a character.
            body = json.dumps(operation)
            headers = {"content-type": "application/json", "authorization": f"Bearer {caller}"}
            answer = (await http.post("/graphql", content=body, headers=headers)).json()
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            if codes & {"INTERNAL_SERVER_ERROR", "UNAVAILABLE"}:
                broken.append((operation["query"], caller, answer["errors"][0]["path"]))
    assert broken == []
