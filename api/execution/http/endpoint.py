"""GraphQL over HTTP, as a raw ASGI application.

POST takes `application/json`, GET the same in its query string, for queries only. Answers are
`application/graphql-response+json` for whoever accepts it: 400 for what does not parse, validate
or fit its variables, 401 for a token that is not good, 200 as soon as anything was resolved.
Whoever accepts only `application/json` gets 200 for every well-formed request, as the
specification of GraphQL over HTTP has it, but for what should be tried again later: 429 and 503
make proxies and clients wait that know nothing of GraphQL. A request that is none has a 4xx
status either way, and a JSON body with a coded error always.

Cross-site requests: nothing but the `Authorization` header identifies anybody, and browsers send
none by themselves, so there is no authority to borrow. Mutations take a POST whose content type
a page of another origin cannot send without asking first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Final

import structlog
from graphql import OperationType
from starlette.types import ASGIApp, Receive, Scope, Send

from api.execution.deadline import GivenUp, Gone
from api.execution.encoding import write_json
from api.execution.engine import Operation, refusal
from api.execution.errors import RETRY_SECONDS, Code, Reader, Rejected
from api.execution.http.headers import INVITE, Headers, address_of, cookie_of, headers_of, text_of
from api.execution.http.negotiation import Media, choose_media, wants_page
from api.execution.http.reading import Disconnected, take_request
from api.execution.http.request_ids import request_id_of
from api.execution.operations import Body, Caller, Operations
from api.execution.request import Request
from domain.values import value
from infra.i18n import Locale, negotiate

_STATUS: Final = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL_SERVER_ERROR: 500,
    Code.PERSISTED_QUERY_NOT_FOUND: 200,
}
_LATER: Final = {429, 503}
_OK: Final = 200
_BAD_REQUEST: Final = 400
_METHOD_NOT_ALLOWED: Final = 405
_CONTENT_TYPE: Final = {
    media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in Media
}
_NOT_KEPT: Final = (b"cache-control", b"no-store")
_LONGEST_NAME: Final = 80  # of an operation, in the logs
_LONGEST_TASTE: Final = 1_000  # of what a client says that it accepts, in bytes


@value
class _Visit:
    """One HTTP request, as far as its headers tell."""

    method: str
    headers: Headers
    media: Media
    reader: Reader


@value
class _Answer:
    status: int
    body: Body
    headers: Sequence[tuple[bytes, bytes]] = ()


class Endpoint:
    """Answers one path, with `headers` of the server's own in each answer.

    `page` answers browsers that come without a query, and sets its own headers.
    """

    def __init__(
        self,
        operations: Operations,
        *,
        page: ASGIApp | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self._operations = operations
        self._page = page
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._page is not None and _comes_to_look(scope):
            await self._page(scope, receive, send)
            return
        visit = self._visit(scope)
        try:
            answer = await self._answer(visit, scope, receive)
        except Disconnected:
            return
        await self._send(send, answer, visit)

    def _visit(self, scope: Scope) -> _Visit:
        headers = headers_of(scope)
        media, locale = _tastes(headers.get(b"accept"), headers.get(b"accept-language"))
        reader = self._operations.reader(locale, request_id_of(scope))
        return _Visit(scope["method"], headers, media, reader)

    async def _answer(self, visit: _Visit, scope: Scope, receive: Receive) -> _Answer:
        try:
            authorization = text_of(visit.headers, b"authorization")
            viewer = None
            if authorization is not None:
                viewer = await self._operations.viewer(authorization)
            invite = cookie_of(visit.headers, INVITE)
            caller = Caller(viewer, visit.reader, address_of(scope), invite)
            request = await take_request(scope, visit.headers, receive, viewer)
            return await self._operate(request, caller, visit, partial(_until_gone, receive))
        except Disconnected:
            raise
        except GivenUp:
            raise Disconnected from None
        except Rejected as error:
            return _Answer(error.status, self._operations.tell_error(error, visit.reader))
        except Exception as error:  # noqa: BLE001 - the edge: logged with its cause, told without
            body = self._operations.tell_error(error, visit.reader)
            return _Answer(_status(body, visit.media), body)

    async def _operate(
        self, request: Request, caller: Caller, visit: _Visit, gone: Gone
    ) -> _Answer:
        operation, reading = await self._operations.prepare(request, caller)
        if not isinstance(operation, Operation):
            body = self._operations.tell(operation, caller.reader, charge=reading)
            return _Answer(_status(body, visit.media), body, reading.headers if reading else ())
        structlog.contextvars.bind_contextvars(operation=(operation.name or "")[:_LONGEST_NAME])
        if operation.type is OperationType.SUBSCRIPTION:
            raise Rejected(Code.BAD_USER_INPUT, "request.subscription")
        if operation.type is OperationType.MUTATION and visit.method != "POST":
            raise Rejected(Code.BAD_USER_INPUT, "request.mutation_by_get", status=405)
        charge = await self._operations.charge(operation, caller, reading)
        if charge.refused is None:
            outcome = await self._operations.run(operation, caller, gone)
        else:
            outcome = refusal(charge.refused)
        body = self._operations.tell(outcome, caller.reader, operation.type.value, charge)
        status = _OK if outcome.started else _status(body, visit.media)
        return _Answer(status, body, charge.headers)

    async def _send(self, send: Send, answer: _Answer, visit: _Visit) -> None:
        status = answer.status
        try:
            content = write_json(answer.body)
        except TypeError as error:
            content = write_json(self._operations.tell_error(error, visit.reader))
            status = _STATUS[Code.INTERNAL_SERVER_ERROR]
        headers = [
            _CONTENT_TYPE[visit.media],
            (b"content-length", str(len(content)).encode()),
            _NOT_KEPT,
            *self._headers,
            *answer.headers,
        ]
        if status in _LATER:
            headers.append((b"retry-after", str(_retry_after(answer.body)).encode()))
        if status == _METHOD_NOT_ALLOWED:
            headers.append((b"allow", b"POST" if visit.method == "GET" else b"GET, POST"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def _tastes(accept: bytes | None, languages: bytes | None) -> tuple[Media, Locale]:
    return _usual_tastes((accept or b"")[:_LONGEST_TASTE], (languages or b"")[:_LONGEST_TASTE])


@lru_cache(maxsize=256)  # clients send a handful of them, again and again
def _usual_tastes(accept: bytes, languages: bytes) -> tuple[Media, Locale]:
    return choose_media(accept.decode("latin-1")), negotiate(languages.decode("latin-1"))


def _comes_to_look(scope: Scope) -> bool:
    if scope["method"] != "GET" or scope["query_string"]:
        return False
    return wants_page(text_of(headers_of(scope), b"accept"))


def _status(body: Body, media: Media) -> int:
    """The status of a well-formed request of which nothing was executed."""
    status = _STATUS.get(body["errors"][0]["extensions"]["code"], _BAD_REQUEST)
    return _OK if media is Media.JSON and status not in _LATER else status


def _retry_after(body: Body) -> int:
    """Whole seconds after which the same request may fare better."""
    seconds: int = body["errors"][0]["extensions"].get("retryAfter", RETRY_SECONDS)
    return seconds


async def _until_gone(receive: Receive) -> None:
    """Reads on behind the request, where there is nothing but the client's leaving."""
    while (await receive())["type"] != "http.disconnect":
        pass
