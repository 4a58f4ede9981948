"""Whoever walks through a feed meets all that stood there when they began, and nothing twice.

Between any two pages posts come, are liked, and go.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from community.feeds import service
from community.feeds.jobs import keep_trending
from community.feeds.lists import Scope
from community.feeds.service import Feed, Look
from domain.feeds import FeedKind
from domain.posts.visibility import Reader
from infra.ids import new_id
from infra.platform import Platform
from infra.redis import open_redis
from tests.support.wall import Wall

PAGE = 5
READER = Reader(UUID(int=7))


@dataclass
class Crowd:
    """Writes, likes and deletes at random; `authors` are followed by the reader."""

    wall: Wall
    scopes: tuple[Scope, ...]
    authors: list[UUID]
    chance: random.Random
    alive: list[UUID] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)

    async def writes(self, count: int) -> None:
        for n in range(count):
            author = self.chance.choice(self.authors)
            made = await self.wall.post(
                author, f"{n}", *self.scopes, featured=True, likes=self.chance.randrange(50)
            )
            self.alive.append(made)

    async def goes_on(self) -> None:
        await self.writes(self.chance.randrange(4))
        for one in self.chance.sample(self.alive, 6):
            await self.wall.like(one, self.chance.randrange(200))
        for one in self.chance.sample(self.alive, 2):
            self.alive.remove(one)
            self.gone.add(one)
            await self.wall.delete(one)


@pytest.fixture
async def crowd(wall: Wall) -> Crowd:
    authors = [new_id() for _ in range(4)]
    assert READER.member_id is not None
    await wall.follow(READER.member_id, *authors)
    scopes = (await wall.topic("sun"), await wall.product("cream"))
    return Crowd(wall, scopes, authors, random.Random(random.getrandbits(32)))  # noqa: S311 - the run's seed


async def walk(platform: Platform, feed: Feed, crowd: Crowd) -> list[list[UUID]]:
    """The pages, while life goes on between them."""
    pages: list[list[UUID]] = []
    after: str | None = None
    while True:
        look = Look(READER, await platform.clock.now())
        page = await service.page(platform, look, feed, first=PAGE, after=after)
        pages.append([post.id for post in page.items])
        if not page.has_next:
            return pages
        after = page.cursors[-1]
        await crowd.goes_on()
        await keep_trending(platform)


@pytest.fixture(params=["with Redis", "without Redis"])
async def engines(request: pytest.FixtureRequest, platform: Platform) -> AsyncIterator[Platform]:
    if request.param == "with Redis":
        yield platform
        return
    away = open_redis("redis://127.0.0.1:1")
    yield replace(platform, redis=away)
    await away.aclose()


FEEDS = [(kind, scoped) for kind in FeedKind for scoped in ("", "topic", "product", "both")]


@pytest.mark.parametrize(("kind", "scoped"), FEEDS)
async def test_nothing_is_repeated_and_nothing_of_the_start_is_lost(
    engines: Platform, crowd: Crowd, kind: FeedKind, scoped: str
) -> None:
    topic, product = crowd.scopes
    scope = {
        "": Scope(), "topic": topic, "product": product,
        "both": Scope(topic.topic_id, product.product_id),
    }[scoped]  # fmt: skip
    await crowd.writes(40)
    feed = Feed(kind, scope)
    await keep_trending(engines)
    start = set(crowd.alive)
    pages = await walk(engines, feed, crowd)
    shown = [one for page in pages for one in page]
    assert len(shown) == len(set(shown))
    assert start - crowd.gone <= set(shown)
    assert all(len(page) == PAGE for page in pages[:-1])
