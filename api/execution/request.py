"""What a client asks, out of a body, a query string or a socket's message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qs

from api.execution.encoding import read_json
from api.execution.errors import Code, Rejected
from domain.values import value

_MOST_PARAMETERS: Final = 20
_MAPS: Final = ("variables", "extensions")
_ALGORITHM: Final = "sha256:"


@value
class Request:
    """One operation, as asked: by the text of its document, by the hash of that, or by both.

    `automatic` clients send a hash alone first, and the text with it when the hash is not known.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    digest: str | None = None
    automatic: bool = False


def read_request(given: object) -> Request:
    """Reads the JSON object of a request, which anything may stand in for.

    Raises: Rejected.
    """
    if not isinstance(given, dict):
        raise _bad("request.not_an_object")
    asked = cast("dict[str, object]", given)
    variables, extensions = _map(asked, "variables"), _map(asked, "extensions")
    operation_name = asked.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _bad("request.operation_name")
    digest, automatic = None, False
    if extensions or "documentId" in asked:
        digest, automatic = _named(asked, extensions)
    query = asked.get("query")
    if digest is not None and not query and isinstance(query, str | None):
        return Request(None, operation_name or None, variables, digest, automatic)
    if not isinstance(query, str) or not query or query.isspace():
        raise _bad("request.query_missing")
    return Request(query, operation_name or None, variables, digest, automatic)


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


def _named(asked: Mapping[str, object], extensions: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The hash that a request names a document by, and whether as an automatic persisted query.

    Sources: the appendix "Persisted Documents" of GraphQL over HTTP; Apollo's automatic persisted
    queries, version 1. A name that is no hash is kept: there is just nothing of that name.
    """
    document_id, persisted = asked.get("documentId"), extensions.get("persistedQuery")
    if not isinstance(document_id, str | None):
        raise _bad("request.document_id")
    digests = set[str]() if document_id is None else {_digest(document_id)}
    if persisted is not None:
        digests.add(_digest(_persisted_hash(persisted)))
    if len(digests) > 1:
        raise _bad("request.hash_differs")
    return next(iter(digests), None), persisted is not None


def _persisted_hash(persisted: object) -> str:
    match persisted:
        case {"version": 1, "sha256Hash": str(digest)}:
            return digest
        case _:
            raise _bad("request.persisted_query")


def _digest(name: str) -> str:
    return name.removeprefix(_ALGORITHM).lower()


def _json(raw: bytes | str) -> object:
    try:
        return read_json(raw)
    except ValueError:
        raise _bad("request.not_json") from None


def _map(asked: Mapping[str, object], name: str) -> dict[str, Any]:
    given = asked.get(name)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _bad(f"request.{name}")
    return cast("dict[str, Any]", given)


def _bad(reason: str) -> Rejected:
    return Rejected(Code.BAD_USER_INPUT, reason)
