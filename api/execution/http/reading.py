"""Takes a request off the wire: its method, its content type, and no more bytes than allowed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from starlette.types import Receive, Scope

from api.execution.errors import Code, Rejected
from api.execution.http.headers import Headers, text_of
from api.execution.request import Request, read_body, read_query_string
from domain.members import Role, Viewer

BODY_LIMIT: Final = 256 * 1024
SERVICE_BODY_LIMIT: Final = 4 * 1024 * 1024
_LONGEST: Final = 200  # of a content type
_UTF8: Final = {"utf-8", "utf8"}


class Disconnected(Exception):
    """Nobody waits for the answer any more."""


async def take_request(
    scope: Scope, headers: Headers, receive: Receive, viewer: Viewer | None
) -> Request:
    """The operation that an HTTP request asks for.

    Raises: Rejected, Disconnected.
    """
    match scope["method"]:
        case "GET":
            return read_query_string(scope["query_string"])
        case "POST":
            _check_content(headers)
            return read_body(await _take_body(receive, headers, _limit(viewer)))
        case _:
            raise Rejected(Code.BAD_USER_INPUT, "request.method", status=405)


def _limit(viewer: Viewer | None) -> int:
    trusted = viewer is not None and Role.SERVICE in viewer.roles
    return SERVICE_BODY_LIMIT if trusted else BODY_LIMIT


def _check_content(headers: Headers) -> None:
    """Only JSON, which a page of another origin cannot send without asking first."""
    if not _is_json((text_of(headers, b"content-type") or "")[:_LONGEST]):
        raise Rejected(Code.BAD_USER_INPUT, "request.content_type", status=415)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Rejected(Code.BAD_USER_INPUT, "request.content_encoding", status=415)


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    kind, *parameters = (part.strip() for part in content_type.lower().split(";"))
    charsets = {
        value.strip('"')
        for name, _, value in (p.partition("=") for p in parameters)
        if name == "charset"
    }
    return kind == "application/json" and charsets <= _UTF8


async def _take_body(receive: Receive, headers: Headers, limit: int) -> bytes:
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise _too_large(limit)
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > limit:
            raise _too_large(limit)
    return b"".join(parts)


def _too_large(limit: int) -> Rejected:
    return Rejected(Code.BAD_USER_INPUT, "request.too_large", status=413, limit=limit // 1024)
