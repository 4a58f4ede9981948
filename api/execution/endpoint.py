"""GraphQL over HTTP, as a raw ASGI application.

POST takes `application/json`, GET the same in its query string, for queries only. Answers are
`application/graphql-response+json` for whoever accepts it: 400 for what does not parse, validate
or fit its variables, 401 for a token that is not good, 200 as soon as anything was resolved.
Whoever accepts only `application/json` gets 200 for every well-formed request, as the
specification of GraphQL over HTTP has it. A request that is none has a 4xx status either way,
and a JSON body with a coded error always.

Cross-site requests: nothing but the `Authorization` header identifies anybody, and browsers send
none by themselves, so there is no authority to borrow. Mutations take a POST whose content type
a page of another origin cannot send without asking first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog
from graphql import OperationType
from starlette.types import ASGIApp, Receive, Scope, Send

from api.execution.encoding import write_json
from api.execution.engine import Operation
from api.execution.errors import Code, Reader, Rejected
from api.execution.headers import Headers, headers_of, text_of
from api.execution.negotiation import Media, choose_media, wants_page
from api.execution.operations import Body, Caller, Operations
from api.execution.reading import Disconnected, take_request
from api.execution.request import Request
from api.execution.request_ids import request_id_of
from infra.i18n import negotiate

_STATUS: Final = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL_SERVER_ERROR: 500,
    Code.PERSISTED_QUERY_NOT_FOUND: 200,
}
_OK: Final = 200
_BAD_REQUEST: Final = 400
_METHOD_NOT_ALLOWED: Final = 405
_CONTENT_TYPE: Final = {
    media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in Media
}
_NOT_KEPT: Final = (b"cache-control", b"no-store")
_LONGEST_NAME: Final = 80  # of an operation, in the logs


@dataclass(frozen=True, slots=True)
class _Visit:
    """One HTTP request, as far as its headers tell."""

    method: str
    headers: Headers
    media: Media
    reader: Reader


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Body


class Endpoint:
    """Answers one path. `page` answers browsers that come without a query."""

    def __init__(self, operations: Operations, *, page: ASGIApp | None = None) -> None:
        self._operations = operations
        self._page = page

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
        locale = negotiate(text_of(headers, b"accept-language"))
        return _Visit(
            method=scope["method"],
            headers=headers,
            media=choose_media(text_of(headers, b"accept")),
            reader=self._operations.reader(locale, request_id_of(scope)),
        )

    async def _answer(self, visit: _Visit, scope: Scope, receive: Receive) -> _Answer:
        try:
            authorization = text_of(visit.headers, b"authorization")
            caller = Caller(await self._operations.viewer(authorization), visit.reader)
            request = await take_request(scope, visit.headers, receive, caller.viewer)
            return await self._operate(request, caller, visit)
        except Disconnected:
            raise
        except Rejected as error:
            return _Answer(error.status, self._operations.tell_error(error, visit.reader))
        except Exception as error:  # noqa: BLE001 - the edge: logged with its cause, told without
            body = self._operations.tell_error(error, visit.reader)
            return _Answer(_status(body, visit.media), body)

    async def _operate(self, request: Request, caller: Caller, visit: _Visit) -> _Answer:
        operation = await self._operations.prepare(request)
        if not isinstance(operation, Operation):
            body = self._operations.tell(operation, caller.reader)
            return _Answer(_status(body, visit.media), body)
        structlog.contextvars.bind_contextvars(operation=(operation.name or "")[:_LONGEST_NAME])
        if operation.type is OperationType.SUBSCRIPTION:
            raise Rejected(Code.BAD_USER_INPUT, "request.subscription")
        if operation.type is OperationType.MUTATION and visit.method != "POST":
            raise Rejected(Code.BAD_USER_INPUT, "request.mutation_by_get", status=405)
        outcome = await self._operations.run(operation, caller)
        body = self._operations.tell(outcome, caller.reader, operation.type.value)
        return _Answer(_OK if outcome.started else _status(body, visit.media), body)

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
        ]
        if status == _METHOD_NOT_ALLOWED:
            headers.append((b"allow", b"POST" if visit.method == "GET" else b"GET, POST"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def _comes_to_look(scope: Scope) -> bool:
    if scope["method"] != "GET" or scope["query_string"]:
        return False
    return wants_page(text_of(headers_of(scope), b"accept"))


def _status(body: Body, media: Media) -> int:
    """The status of a well-formed request of which nothing was executed."""
    if media is Media.JSON:
        return _OK
    return _STATUS.get(body["errors"][0]["extensions"]["code"], _BAD_REQUEST)
