"""What a page of each feed costs with a million posts, beside ten thousand.

Pages of 20 posts with all of their own columns, for a member who follows a thousand authors and
blocks twenty. Both shops are asked in turns; pages lie at the
beginning of a feed and up to ten pages into it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Final
from uuid import UUID

from bench.figures import Figure, Figures
from bench.wall import NOW, PRODUCTS, READER, TOPICS, walls
from community.feeds import service
from community.feeds.jobs import keep_trending
from community.feeds.lists import EVERYTHING, Scope
from community.feeds.service import Feed, Look
from domain.feeds import FeedKind
from domain.posts.visibility import Reader
from infra.platform import Platform

SMALL, LARGE = 10_000, 1_000_000
TIMES: Final = 2.0
WALKS, DEEP, PAGE = 30, 10, 20
_LOOK: Final = Look(Reader(READER), NOW)
_CHANCE: Final = random.Random(1)  # noqa: S311 - which topics are looked at


async def measure() -> list[Figure]:
    figures = Figures()
    async with walls(SMALL, LARGE) as (small, large):
        for platform in (small, large):
            await _show_the_trending(platform, figures)
        for name, feeds in _feeds():
            await _compare(name, feeds, small, large, figures)
    return figures.all


def _feeds() -> Iterator[tuple[str, list[Feed]]]:
    """Each with as many feeds as are walked."""
    for kind in FeedKind:
        yield kind.lower(), [Feed(kind, EVERYTHING)] * WALKS
    topics = [_some(2, TOPICS) for _ in range(WALKS)]
    products = [_some(3, PRODUCTS) for _ in range(WALKS)]
    yield "of a topic", [Feed(FeedKind.LATEST, Scope(topic_id=one)) for one in topics]
    yield "of a product", [Feed(FeedKind.LATEST, Scope(product_id=one)) for one in products]
    yield "trending of a topic", [Feed(FeedKind.TRENDING, Scope(topic_id=one)) for one in topics]


def _some(kind: int, most: int) -> UUID:
    number = 1 + int(most * _CHANCE.random() ** 3)
    return UUID(f"{kind:08x}{number:024x}")


async def _compare(
    name: str, feeds: list[Feed], small: Platform, large: Platform, figures: Figures
) -> None:
    taken: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for feed in feeds:
        for size, platform in ((SMALL, small), (LARGE, large)):
            taken[size] += await _walk(platform, feed)
    slowest = {size: quantiles(times, n=100)[98] for size, times in taken.items()}
    figures.add(f"{name}, 99 of 100 pages, {SMALL:,} posts", slowest[SMALL] * 1000, "ms")
    figures.add(f"{name}, 99 of 100 pages, {LARGE:,} posts", slowest[LARGE] * 1000, "ms")
    ratio = slowest[LARGE] / slowest[SMALL]
    figures.hold(f"{name}, a million ÷ ten thousand", ratio, "×", at_most=TIMES)


async def _walk(platform: Platform, feed: Feed) -> list[float]:
    """Seconds for each page."""
    taken, after = list[float](), None
    for _ in range(DEEP):
        began = time.perf_counter()
        page = await service.page(platform, _LOOK, feed, first=PAGE, after=after)
        taken.append(time.perf_counter() - began)
        if not page.has_next:
            break
        after = page.cursors[-1]
    return taken


async def _show_the_trending(platform: Platform, figures: Figures) -> None:
    began = time.perf_counter()
    with platform.database.here():
        await keep_trending(platform)
    seconds = time.perf_counter() - began
    posts = await platform.database.fetchval("SELECT count(*) FROM post")
    figures.add(f"the trending order of {posts:,} posts", seconds * 1000, "ms")
