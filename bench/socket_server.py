"""The process that `bench/sockets.py` measures: one board, served by us and by strawberry.

It serves as the product does (uvicorn, uvloop, our WebSocket protocol), with a board in memory, so
that what differs is only what each handler does for an event: execute, encode, send.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import psutil
import strawberry
import uvicorn
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from api.execution.context import Context
from api.execution.engine import Engine
from api.execution.fields import field, subscription
from api.execution.metrics import Metrics
from api.execution.operations import Operations
from api.execution.scope import Scope
from api.execution.services import Services
from api.execution.sockets import SocketEndpoint
from api.execution.sockets.attendance import Attendance
from api.scalars import Long, schema_config
from domain.members import Viewer
from infra.i18n import Locale, load_catalogue
from server.memory import settle_down
from server.websocket import WebSocketProtocol

_NOW: Final = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_FEEDS: Final = defaultdict[str, set[asyncio.Queue[int]]](set)


@strawberry.type
class Member:
    handle: str
    display_name: str


@strawberry.type
class Entry:
    rank: int
    score: Long
    reached_at: datetime
    member: Member


@strawberry.type
class Board:
    key: str
    changed_at: datetime
    top: list[Entry]
    note: str


@strawberry.type
class Query:
    @field(description="Nothing.")
    def nothing(self) -> str | None:
        return None


@strawberry.type
class Subscription:
    @subscription(description="A board of ten.", scope=Scope.PUBLIC, state=True)
    async def board(self, feed: str, size: int = 0) -> AsyncIterator[Board]:
        changes = asyncio.Queue[int]()
        _FEEDS[feed].add(changes)
        try:
            yield _board(0, size)
            while True:
                yield _board(await changes.get(), size)
        finally:
            _FEEDS[feed].discard(changes)


def _board(tick: int, size: int) -> Board:
    top = [
        Entry(
            rank=rank,
            score=10_000 + tick - rank,
            reached_at=_NOW,
            member=Member(handle=f"lotus-{rank}", display_name=f"莲花{rank}"),
        )
        for rank in range(1, 11)
    ]
    return Board(key="month", changed_at=_NOW, top=top, note="x" * size)


class Stock(GraphQL[Context, None]):
    """Strawberry's own handler."""

    async def get_context(self, request: object, response: object) -> Context:  # noqa: ARG002
        return Context(None, Locale.EN, "request", cast("Services", None))


async def _tick(request: Request) -> JSONResponse:
    feed, number = request.query_params["feed"], int(request.query_params["number"])
    for queue in _FEEDS[feed]:
        queue.put_nowait(number)
    return JSONResponse({})


async def _figures(_: Request) -> JSONResponse:
    return JSONResponse({"cpu": time.process_time()})


async def _memory(_: Request) -> JSONResponse:
    gc.collect()
    return JSONResponse({"rss": psutil.Process().memory_info().rss})


async def _nobody(_token: str) -> Viewer:
    raise NotImplementedError


def application() -> Starlette:
    schema = strawberry.Schema(query=Query, subscription=Subscription, config=schema_config())
    services = cast("Any", SimpleNamespace(platform=SimpleNamespace(catalogue=load_catalogue())))
    registry = CollectorRegistry()
    operations = Operations(Engine(schema), services, _nobody, Metrics(registry))
    nobodys = cast("Any", None)  # visitors are not counted
    sockets = SocketEndpoint(operations, Attendance(nobodys, nobodys, nobodys))
    stock = Stock(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])

    async def slow(_: Request) -> JSONResponse:
        return JSONResponse(
            {"slow": registry.get_sample_value("laurels_graphql_slow_readers_total")}
        )

    return Starlette(
        routes=[
            Route("/tick", _tick),
            Route("/figures", _figures),
            Route("/memory", _memory),
            Route("/slow", slow),
            WebSocketRoute("/graphql", sockets),
            WebSocketRoute("/strawberry", stock),
        ]
    )


def main(port: int) -> None:
    """Serves on the port until it is stopped."""
    config = uvicorn.Config(
        application(),
        port=port,
        loop="uvloop",
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the clients of the benchmark answer none
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=600,
    )
    settle_down()
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
