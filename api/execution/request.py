"""What a client asks, out of a body, a query string or a socket's message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import parse_qs

from api.execution.encoding import read_json
from api.execution.errors import Code, Rejected

_MOST_PARAMETERS: Final = 20
_MAPS: Final = ("variables", "extensions")


@dataclass(frozen=True, slots=True)
class Request:
    """One operation, as asked."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def read_request(value: object) -> Request:
    """Reads the JSON object of a request, which anything may stand in for.

    Raises: Rejected.
    """
    if not isinstance(value, dict):
        raise _bad("request.not_an_object")
    asked = cast("dict[str, object]", value)
    variables, extensions = (_map(asked, name) for name in _MAPS)
    operation_name = asked.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _bad("request.operation_name")
    query = asked.get("query")
    if query is None and ("persistedQuery" in extensions or "documentId" in asked):
        raise Rejected(Code.PERSISTED_QUERY_NOT_FOUND, "request.unknown_document", status=200)
    if not isinstance(query, str) or not query.strip():
        raise _bad("request.query_missing")
    return Request(query, operation_name or None, variables)


def read_body(raw: bytes) -> Request:
    """Reads a POST's body.

    Raises: Rejected.
    """
    return read_request(_json(raw))


def read_query_string(raw: bytes) -> Request:
    """Reads a GET's parameters, of which the maps are JSON.

    Raises: Rejected.
    """
    try:
        given = parse_qs(
            raw.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST_PARAMETERS,
            errors="strict",
        )
    except (UnicodeError, ValueError):
        raise _bad("request.not_json") from None
    asked: dict[str, object] = {name: values[-1] for name, values in given.items()}
    for name in _MAPS:
        if asked.get(name):
            asked[name] = _json(cast("str", asked[name]))
    return read_request({name: value for name, value in asked.items() if value != ""})


def _json(raw: bytes | str) -> object:
    try:
        return read_json(raw)
    except ValueError:
        raise _bad("request.not_json") from None


def _map(asked: Mapping[str, object], name: str) -> dict[str, Any]:
    value = asked.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _bad(f"request.{name}")
    return cast("dict[str, Any]", value)


def _bad(reason: str) -> Rejected:
    return Rejected(Code.BAD_USER_INPUT, reason)
