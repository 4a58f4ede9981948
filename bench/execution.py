"""What executing GraphQL costs: `python -m bench execution`.

A home screen of about 960 fields over objects in memory, asked of four servers in turns in one
process: CPU of one request from the ASGI call to the last byte. Then 1,000 children by a batch
resolver and by a DataLoader, and what compiling takes and keeps.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, cast

import orjson
import strawberry
import uvloop
from graphql import OperationDefinitionNode, parse
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from api.execution.compiler import Compiler
from api.execution.context import Context
from api.execution.engine import Engine
from api.execution.http.endpoint import Endpoint
from api.execution.metrics import Metrics
from api.execution.operations import Operations
from api.execution.services import Services
from api.scalars import schema_config
from bench.figures import Figure, show
from bench.home_screen import BATCHED, HOME, LOADED, Query, by_hand
from domain.members import Viewer
from infra.i18n import Locale, load_catalogue

ROUNDS: Final = 9
TUNED_RATIO: Final = 20
HAND_RATIO: Final = 1.8
BATCH_RATIO: Final = 30
COMPILE_MS: Final = 10
KEPT_KIB: Final = 250


async def hand_written(request: Request) -> Response:
    asked = cast("dict[str, Any]", orjson.loads(await request.body()))
    first: int = asked["variables"]["first"]
    return Response(orjson.dumps({"data": by_hand(first)}), media_type="application/json")


class Stock(GraphQL[Context, None]):
    """Strawberry's own endpoint."""

    async def get_context(self, request: object, response: object) -> Context:  # noqa: ARG002
        return context()


class Tuned(Stock):
    """Strawberry's own endpoint with orjson; its schema has the caches."""

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def context() -> Context:
    return Context(None, Locale.EN, "request", cast("Services", None))


def schema(*extensions: Callable[[], SchemaExtension]) -> strawberry.Schema:
    return strawberry.Schema(query=Query, config=schema_config(), extensions=extensions)


def servers() -> dict[str, ASGIApp]:
    """The same screen, served in four ways."""
    platform = SimpleNamespace(catalogue=load_catalogue())
    services = cast("Services", SimpleNamespace(platform=platform))
    metrics = Metrics(CollectorRegistry())
    operations = Operations(Engine(schema()), services, _nobody, metrics)
    return {
        "strawberry": Stock(schema()),
        "strawberry, caches, orjson": Tuned(
            schema(partial(ParserCache, maxsize=99), partial(ValidationCache, maxsize=99))
        ),
        "compiled": Endpoint(operations),
        "hand-written": Starlette(routes=[Route("/graphql", hand_written, methods=["POST"])]),
    }


async def _nobody(_token: str) -> Viewer:
    raise NotImplementedError


async def ask(app: ASGIApp, query: str) -> bytes:
    """One POST, straight into the application."""
    body = orjson.dumps({"query": query, "variables": {"first": 20}})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"accept", b"application/json"),
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "headers": headers,
    }
    scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": ""}
    scope |= {"server": ("shop", 80), "client": ("127.0.0.1", 1)}
    sent: list[bytes] = []

    coming = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        for message in coming:
            return message
        await asyncio.Event().wait()  # the client stays
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(sent)


async def cpu_of(act: Callable[[], Awaitable[object]], seconds: float = 0.15) -> float:
    """CPU milliseconds of one call, over as many as fit."""
    calls, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        await act()
        calls += 1
    return (time.process_time() - began) / calls * 1000


async def in_turns(acts: dict[str, Callable[[], Awaitable[object]]]) -> dict[str, list[float]]:
    """Each measured once a round, so that what else the machine does meets all alike."""
    for act in acts.values():
        for _ in range(5):
            await act()
    rounds: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            gc.collect()
            rounds[name].append(await cpu_of(act))
    return rounds


def ratio(rounds: dict[str, list[float]], slow: str, fast: str) -> float:
    """How many times `fast` goes into `slow`: the median of the rounds."""
    return statistics.median(a / b for a, b in zip(rounds[slow], rounds[fast], strict=True))


async def measure() -> list[Figure]:
    """Ratios are what counts: times are this machine's. On the loop that the product runs on."""
    return await asyncio.to_thread(uvloop.run, _measure())


async def _measure() -> list[Figure]:
    return [*await _home(), *await _children(), *_compiling()]


async def _home() -> list[Figure]:
    apps = servers()
    answers = {name: orjson.loads(await ask(app, HOME)) for name, app in apps.items()}
    alike = {orjson.dumps(answer["data"]) for answer in answers.values()}
    assert len(alike) == 1, "all answer alike"
    rounds = await in_turns({name: partial(ask, app, HOME) for name, app in apps.items()})
    tuned = ratio(rounds, "strawberry, caches, orjson", "compiled")
    hand = ratio(rounds, "compiled", "hand-written")
    fields = _fields(answers["compiled"]["data"])
    return [
        Figure("home screen, response fields", fields, ""),
        *(Figure(f"home screen, {name}", min(times), "ms CPU") for name, times in rounds.items()),
        Figure("strawberry ÷ compiled", ratio(rounds, "strawberry", "compiled"), "×"),
        Figure("tuned strawberry ÷ compiled", tuned, "×", "≥ 20 ×", tuned >= TUNED_RATIO),
        Figure("compiled ÷ hand-written", hand, "×", "≤ 1.8 ×", hand <= HAND_RATIO),
    ]


async def _children() -> list[Figure]:
    made, tuned = servers(), "strawberry, caches, orjson"
    rounds = await in_turns(
        {
            "by DataLoader, tuned strawberry": partial(ask, made[tuned], LOADED),
            "by DataLoader, compiled": partial(ask, made["compiled"], LOADED),
            "by batch resolver, compiled": partial(ask, made["compiled"], BATCHED),
        }
    )
    names = list(rounds)
    gained = ratio(rounds, names[0], names[2])
    return [
        *(Figure(f"1,000 children {name}", min(times), "ms CPU") for name, times in rounds.items()),
        Figure("1,000 children: strawberry ÷ batch", gained, "×", "≥ 30 ×", gained >= BATCH_RATIO),
    ]


def _compiling() -> list[Figure]:
    """The home screen's code under one of its two conditions."""
    tree = parse(HOME)
    operation = tree.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    served, times = schema(), list[float]()
    for _ in range(ROUNDS):
        compiler, began = Compiler(served), time.process_time()
        compiler.warm(tree, operation)
        times.append((time.process_time() - began) * 1000 / 2)
    gc.collect()
    tracemalloc.start()
    compiler = Compiler(served)
    before = tracemalloc.get_traced_memory()[0]
    compiler.warm(tree, operation)
    gc.collect()
    kept = (tracemalloc.get_traced_memory()[0] - before) / 1024 / 2
    tracemalloc.stop()
    taken = statistics.median(times)
    return [
        Figure("compiling the home screen", taken, "ms CPU", "≤ 10 ms", taken <= COMPILE_MS),
        Figure("kept for the home screen", kept, "KiB", "≤ 250 KiB", kept <= KEPT_KIB),
    ]


def _fields(data: object) -> int:
    if isinstance(data, dict):
        return sum(1 + _fields(value) for value in cast("dict[str, object]", data).values())
    if isinstance(data, list):
        return sum(_fields(value) for value in cast("list[object]", data))
    return 0


if __name__ == "__main__":
    show("execution", asyncio.run(measure()))
