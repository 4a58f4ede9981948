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
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final, cast

import orjson
import strawberry
from graphql import GraphQLSchema, OperationDefinitionNode, parse
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from api.execution.compiler import Compiler, batch_field
from api.execution.context import Context, Info
from api.execution.endpoint import Endpoint
from api.execution.engine import Engine
from api.execution.fields import field
from api.execution.metrics import Metrics
from api.execution.operations import Operations
from api.execution.services import Services
from api.scalars import Long, schema_config, write_date_time
from bench.figures import Figure
from domain.members import Role
from infra.i18n import load_catalogue

ROUNDS: Final = 9
NOW: Final = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)

described = strawberry.field


@strawberry.type
class Tier:
    name: str
    level: int


@strawberry.type
class Author:
    id: strawberry.ID
    handle: str
    display_name: str
    avatar: str | None
    role: Role

    @field(description="Held now.")
    def tier(self) -> Tier:
        return GOLD


@strawberry.type
class Image:
    url: str
    width: int
    height: int
    alt: str | None


@strawberry.type
class Post:
    id: strawberry.ID
    title: str
    body: str | None
    likes: Long
    rating: float | None
    liked: bool
    created_at: datetime
    tags: list[str]
    images: list[Image]
    author_id: strawberry.Private[int]

    @field(description="Who wrote it.")
    async def author(self, info: Info) -> Author:
        return await info.context.load(authors_by_id, self.author_id)


@strawberry.type
class Edge:
    cursor: str
    node: Post


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Connection:
    edges: list[Edge]
    page_info: PageInfo


@strawberry.type
class Place:
    rank: int
    score: Long
    member: Author


@strawberry.type
class Challenge:
    id: strawberry.ID
    title: str
    target: Long
    progress: Long
    ends_at: datetime | None
    done: bool


@strawberry.type
class Child:
    id: int
    name: str


@strawberry.type
class Parent:
    id: int

    @batch_field(description="By one call for all.")
    @staticmethod
    async def child(parents: Sequence[Parent], info: Info) -> list[Child]:
        return [CHILDREN[parent.id] for parent in parents]

    @field(description="By a DataLoader.")
    async def loaded(self, info: Info) -> Child:
        return await cast("Any", info.context).children.load(self.id)


GOLD: Final = Tier(name="金卡", level=3)
AUTHORS: Final = [
    Author(
        id=strawberry.ID(f"author-{n}"),
        handle=f"shopper{n}",
        display_name=f"买家 {n}",
        avatar=f"https://media.example/avatars/{n}.webp" if n % 3 else None,
        role=Role.SHOPPER,
    )
    for n in range(30)
]
POSTS: Final = [
    Post(
        id=strawberry.ID(f"post-{n}"),
        title=f"第 {n} 篇买家秀",
        body="质地很轻，吸收很快，第二天皮肤状态明显好了。" * 3 if n % 4 else None,
        likes=n * 17,
        rating=4.5 if n % 2 else None,
        liked=n % 3 == 0,
        created_at=NOW - timedelta(hours=n),
        tags=["精华", "敏感肌"],
        images=[
            Image(url=f"https://media.example/posts/{n}/{k}.webp", width=1080, height=1440, alt=None)
            for k in range(2)
        ],
        author_id=n % 7,
    )
    for n in range(20)
]
PLACES: Final = [Place(rank=n + 1, score=9000 - n, member=AUTHORS[n]) for n in range(20)]
CHALLENGES: Final = [
    Challenge(
        id=strawberry.ID(f"challenge-{n}"),
        title=f"挑战 {n}",
        target=10,
        progress=n,
        ends_at=NOW + timedelta(days=n) if n % 2 else None,
        done=n == 0,
    )
    for n in range(12)
]
CHILDREN: Final = [Child(id=n, name=f"child {n}") for n in range(1000)]
PARENTS: Final = [Parent(id=n) for n in range(1000)]


async def authors_by_id(_context: Context, ids: list[int]) -> list[Author]:
    return [AUTHORS[one] for one in ids]
