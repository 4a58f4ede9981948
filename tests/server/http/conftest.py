"""The served app around one field, and engines that can be taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
import strawberry
from redis.exceptions import ConnectionError as RedisConnectionError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.execution.fields import field
from api.execution.services import Services
from api.scalars import schema_config
from domain.errors import Unavailable
from domain.members import Viewer
from infra.i18n import Catalogue
from server.app import create_app
from server.http.front import Front


@dataclass
class Engines:
    postgres: bool = True
    redis: bool = True

    async def fetchval(self, query: str) -> object:
        if not self.postgres:
            raise Unavailable("postgres")
        return query

    async def ping(self) -> bool:
        if not self.redis:
            raise RedisConnectionError
        return True


@strawberry.type
class Query:
    @field(description="A greeting.")
    async def hello(self) -> str:
        return "你好"


async def authenticate(token: str) -> Viewer:
    raise NotImplementedError(token, UUID(int=0))


async def broken(_request: Request) -> Response:
    raise RuntimeError("swordfish")


async def framed(_request: Request) -> Response:
    return PlainTextResponse("hello", headers={"x-frame-options": "SAMEORIGIN"})


@pytest.fixture
def engines() -> Engines:
    return Engines()


@pytest.fixture
def make_app(catalogue: Catalogue, engines: Engines) -> Callable[..., Front]:
    platform = SimpleNamespace(catalogue=catalogue, database=engines, redis=engines, pubsub=None)
    sessions = SimpleNamespace(over=None)

    def make(**options: Any) -> Front:  # noqa: ANN401
        return create_app(
            schema=strawberry.Schema(query=Query, config=schema_config()),
            services=cast("Services", SimpleNamespace(platform=platform, sessions=sessions)),
            authenticate=authenticate,
            routes=[Route("/broken", broken), Route("/framed", framed)],
            **options,
        )

    return make


@pytest.fixture
async def http(make_app: Callable[..., Front]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(make_app()) as client:
        yield client


def client_of(app: Front) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop")
