"""One log line for each request and each socket: how it went, never what was in it."""

from __future__ import annotations

from time import perf_counter
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.execution.encoding import write_json
from api.execution.http.request_ids import HEADER, request_id_of

_PROBES: Final = {"/healthz", "/readyz", "/metrics"}
_SWITCHING: Final = 101


class AccessLog:
    """The outermost layer: names each request, answers for it if the application breaks.

    Made once logs are configured: its logger is made here, and not again for each line.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__).bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id_of(scope))
        reply = _Reply(send, request_id_of(scope))
        started = perf_counter()
        try:
            await self._app(scope, receive, reply)
        except Exception:  # noqa: BLE001 - the edge of the process
            self._log.exception("request.failed", path=scope["path"])
            await reply.apologise(scope["type"])
        finally:
            level = "debug" if scope["path"] in _PROBES else "info"
            getattr(self._log, level)(
                "request" if scope["type"] == "http" else "socket",
                method=scope.get("method", "GET"),
                path=scope["path"],
                status=reply.status,
                ms=round((perf_counter() - started) * 1000, 1),
            )


class _Reply:
    """Sends on, and notes the status on the way."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0  # nobody was left to answer

    async def __call__(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start":
                self.status = message["status"]
                message = self._named(message)
            case "websocket.accept":
                self.status = _SWITCHING
                message = self._named(message)
            case "websocket.close":
                self.status = message.get("code", 1000)
            case _:
                pass
        await self._send(message)

    async def apologise(self, type_: str) -> None:
        """Ends what the application left open."""
        if type_ == "websocket":
            await self._send({"type": "websocket.close", "code": 1011})
        elif self.status == 0:
            body = write_json({"error": "internal", "requestId": self._request_id})
            headers = [(b"content-type", b"application/json")]
            await self({"type": "http.response.start", "status": 500, "headers": headers})
            await self({"type": "http.response.body", "body": body})

    def _named(self, message: Message) -> Message:
        header = (HEADER.encode(), self._request_id.encode())
        return {**message, "headers": [*message.get("headers", ()), header]}
