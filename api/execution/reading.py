"""Takes a request off the wire: its method, its content type, and no more bytes than allowed."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from api.execution.errors import Code, Rejected
from api.execution.request import Request, read_body, read_query_string
from domain.members import Role, Viewer

BODY_LIMIT: Final = 256 * 1024
SERVICE_BODY_LIMIT: Final = 4 * 1024 * 1024
_UTF8: Final = {"utf-8", "utf8"}


class Disconnected(Exception):
    """Nobody waits for the answer any more."""


async def take_request(scope: Scope, receive: Receive, viewer: Viewer | None) -> Request:
    """The operation that an HTTP request asks for.

    Raises: Rejected, Disconnected.
    """
    headers = Headers(scope=scope)
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
    kind, *parameters = (
        part.strip() for part in headers.get("content-type", "").lower().split(";")
    )
    charsets = {
        value.strip('"')
        for name, _, value in (p.partition("=") for p in parameters)
        if name == "charset"
    }
    if kind != "application/json" or not charsets <= _UTF8:
        raise Rejected(Code.BAD_USER_INPUT, "request.content_type", status=415)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Rejected(Code.BAD_USER_INPUT, "request.content_encoding", status=415)


async def _take_body(receive: Receive, headers: Headers, limit: int) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Rejected:
    return Rejected(Code.BAD_USER_INPUT, "request.too_large", status=413, limit=limit // 1024)
