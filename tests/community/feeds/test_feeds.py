"""What each feed shows to whom, what is new in it, and what happens without Redis."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from community.feeds import service, snapshots
from community.feeds.jobs import keep_trending
from community.feeds.lists import Scope
from community.feeds.ranking import hottest
from community.feeds.service import Feed, Look
from domain.errors import Invalid, Unavailable
from domain.feeds import FeedKind, Talked, trending
from domain.posts.visibility import Reader
from infra.ids import new_id
from infra.paging import Page, keyset
from infra.platform import Platform
from infra.redis import open_redis
from tests.support.wall import Wall

TRENDING, LATEST = Feed(FeedKind.TRENDING), Feed(FeedKind.LATEST)
FOLLOWING, FEATURED = Feed(FeedKind.FOLLOWING), Feed(FeedKind.FEATURED)
VISITOR = Reader()


async def page(
    platform: Platform, reader: Reader, feed: Feed, first: int, after: str | None
) -> Page[UUID]:
    look = Look(reader, await platform.clock.now())
    found = await service.page(platform, look, feed, first=first, after=after)
    return found.map(lambda post: post.id)


async def news(platform: Platform, reader: Reader, feed: Feed, since: str) -> int:
    return await service.news(platform, Look(reader, await platform.clock.now()), feed, since)


async def shown(
    platform: Platform, feed: Feed, reader: Reader = VISITOR, first: int = 100
) -> list[UUID]:
    return list((await page(platform, reader, feed, first, None)).items)


@pytest.fixture
async def without_redis(platform: Platform) -> AsyncIterator[Platform]:
    away = open_redis("redis://127.0.0.1:1")
    yield replace(platform, redis=away)
    await away.aclose()


async def test_the_latest_come_newest_first(platform: Platform, wall: Wall) -> None:
    made = await wall.posts(5)
    await wall.post(state="DELETED")
    assert await shown(platform, LATEST) == made


async def test_topics_and_products_have_feeds(platform: Platform, wall: Wall) -> None:
    topic, product = await wall.topic("sun"), await wall.product("cream")
    both = await wall.post(None, "", topic, product)
    of_topic, of_product = await wall.post(None, "", topic), await wall.post(None, "", product)
    await wall.post()
    narrowed = Scope(topic.topic_id, product.product_id)
    for kind in (FeedKind.LATEST, FeedKind.TRENDING):
        assert await shown(platform, Feed(kind, topic)) == [of_topic, both]
        assert await shown(platform, Feed(kind, product)) == [of_product, both]
        assert await shown(platform, Feed(kind, narrowed)) == [both]


async def test_featured_come_by_when_they_were_featured(platform: Platform, wall: Wall) -> None:
    topic = await wall.topic("sun")
    old = await wall.post(None, "", topic, at=wall.now - timedelta(days=9), featured=True)
    new = await wall.post(featured=True)
    await wall.post(None, "", topic)
    assert await shown(platform, FEATURED) == [new, old]
    assert await shown(platform, replace(FEATURED, scope=topic)) == [old]


async def test_members_who_follow_a_thousand_read_the_newest_of_all(
    platform: Platform, wall: Wall
) -> None:
    me, authors = new_id(), [new_id() for _ in range(1_000)]
    await wall.follow(me, *authors)
    quiet = await wall.post(authors[0])
    made = [await wall.post(author) for author in authors[1:4] for _ in range(5)]
    await wall.post()
    newest = made[::-1]
    assert await shown(platform, FOLLOWING, Reader(me), 7) == newest[:7]
    assert await shown(platform, FOLLOWING, Reader(me)) == [*newest, quiet]


async def test_the_order_of_the_database_is_that_of_the_domain(
    platform: Platform, wall: Wall
) -> None:
    chance, authors = random.Random(random.getrandbits(32)), [new_id() for _ in range(6)]  # noqa: S311
    topic = await wall.topic("sun")
    for _ in range(60):
        at = wall.now + timedelta(hours=chance.choice([-900, -50, -1, 0, 0, 0, 3]))
        one = await wall.post(chance.choice(authors), "", topic, at=at, likes=chance.randrange(4))
        await platform.database.execute(
            "UPDATE post SET comment_count = $2, share_count = $3 WHERE id = $1",
            one, chance.randrange(3), chance.randrange(3),
        )  # fmt: skip
    rows = await platform.database.fetch(
        "SELECT id, author_id, published_at, like_count, comment_count, share_count FROM post"
    )
    expected = trending([Talked(*row) for row in rows], wall.now)
    assert await hottest(platform.database, wall.now, Scope()) == expected
    assert await hottest(platform.database, wall.now, topic) == expected


async def test_a_like_moves_a_post_up_for_who_comes_next(platform: Platform, wall: Wall) -> None:
    liked, newer = await wall.post(), await wall.post()
    await keep_trending(platform)
    assert await shown(platform, TRENDING) == [newer, liked]
    await wall.like(liked, 50)
    await keep_trending(platform)
    assert await shown(platform, TRENDING) == [liked, newer]


async def test_an_order_that_is_the_same_is_not_kept_again(platform: Platform, wall: Wall) -> None:
    await wall.posts(3)
    for _ in range(3):
        await keep_trending(platform)
    assert await platform.database.fetchval("SELECT count(*) FROM feed_snapshot") == 1


async def test_the_trending_feed_is_the_same_while_redis_is_away(
    platform: Platform, without_redis: Platform, wall: Wall
) -> None:
    await wall.posts(30)
    await keep_trending(platform)
    first = await page(platform, VISITOR, TRENDING, 10, None)
    second = await page(without_redis, VISITOR, TRENDING, 10, first.cursors[-1])
    third = await page(platform, VISITOR, TRENDING, 10, second.cursors[-1])
    walked = [*first.items, *second.items, *third.items]
    assert walked == await shown(without_redis, TRENDING)
    assert len(walked) == 30


async def test_a_flushed_redis_is_filled_again(platform: Platform, wall: Wall) -> None:
    await wall.posts(3)
    await keep_trending(platform)
    await platform.redis.flushdb()
    await keep_trending(platform)
    assert await platform.redis.exists("{feed:all}:present") == 1


async def test_before_there_is_an_order_the_latest_are_shown(
    platform: Platform, wall: Wall
) -> None:
    made = await wall.posts(7)
    first = await page(platform, VISITOR, TRENDING, 4, None)
    await keep_trending(platform)
    rest = await page(platform, VISITOR, TRENDING, 4, first.cursors[-1])
    assert [*first.items, *rest.items] == made


async def test_a_topic_is_newest_first_while_redis_is_away(
    platform: Platform, without_redis: Platform, wall: Wall
) -> None:
    topic = await wall.topic("sun")
    hot = await wall.post(None, "", topic, likes=99)
    new = await wall.post(None, "", topic)
    about = replace(TRENDING, scope=topic)
    assert await shown(platform, about) == [hot, new]
    assert await shown(without_redis, about) == [new, hot]


async def test_a_topics_order_is_kept_for_a_minute_and_lost_with_redis(
    platform: Platform, without_redis: Platform, wall: Wall
) -> None:
    topic = await wall.topic("sun")
    about = replace(TRENDING, scope=topic)
    await wall.posts(6, topic)
    first = await page(platform, VISITOR, about, 2, None)
    await wall.post(None, "", topic)
    assert await shown(platform, about, first=2) == first.items
    with pytest.raises(Unavailable):
        await page(without_redis, VISITOR, about, 2, first.cursors[-1])
    await platform.redis.flushdb()
    with pytest.raises(Invalid, match=r"feed\.moved_on"):
        await page(platform, VISITOR, about, 2, first.cursors[-1])


async def test_a_snapshot_can_be_paged_through_for_an_hour(platform: Platform, wall: Wall) -> None:
    made = await wall.posts(4)
    await keep_trending(platform)
    old = await page(platform, VISITOR, TRENDING, 2, None)
    for n in range(11):
        await platform.clock.advance(timedelta(minutes=7))
        await wall.like(made[n % 2], 1_000 * n + 1_000)
        await keep_trending(platform)
    await platform.redis.flushdb()
    with pytest.raises(Invalid, match=r"feed\.moved_on"):
        await page(platform, VISITOR, TRENDING, 2, old.cursors[-1])
    assert await platform.database.fetchval("SELECT count(*) FROM feed_snapshot") <= 11


@pytest.mark.parametrize("kind", FeedKind)
async def test_pages_are_full_however_much_the_reader_may_not_see(
    platform: Platform, wall: Wall, kind: FeedKind
) -> None:
    me, friend, blocked = new_id(), new_id(), new_id()
    await wall.follow(me, friend, blocked)
    seen = [await wall.post(friend, featured=True) for _ in range(6)][::-1]
    for _ in range(50):
        await wall.post(blocked, featured=True, likes=9)
    await wall.block(blocked, me)
    await keep_trending(platform)
    full = await page(platform, Reader(me), Feed(kind), 5, None)
    rest = await page(platform, Reader(me), Feed(kind), 5, full.cursors[-1])
    assert (full.items, full.has_next) == (seen[:5], True)
    assert (rest.items, rest.has_next) == (seen[5:], False)


@pytest.mark.parametrize("kind", FeedKind)
async def test_what_is_new_is_counted(platform: Platform, wall: Wall, kind: FeedKind) -> None:
    me, friend, blocked = new_id(), new_id(), new_id()
    await wall.follow(me, friend)
    await wall.post(friend, featured=True)
    await keep_trending(platform)
    reader, feed = Reader(me), Feed(kind)
    top = (await page(platform, reader, feed, 1, None)).cursors[0]
    assert await news(platform, reader, feed, top) == 0
    await wall.block(me, blocked)
    for author in (friend, blocked, friend):
        await wall.post(author, featured=True)
    await keep_trending(platform)
    assert await news(platform, reader, feed, top) == 2


async def test_news_are_counted_up_to_a_hundred(platform: Platform, wall: Wall) -> None:
    await wall.post()
    top = (await page(platform, VISITOR, LATEST, 1, None)).cursors[0]
    await wall.posts(101)
    assert await news(platform, VISITOR, LATEST, top) == 100


@pytest.mark.parametrize("after", ["", "x", "WzFd", "WzEsMSwyXQ", "🦆"])
@pytest.mark.parametrize("kind", FeedKind)
async def test_a_cursor_that_is_none_is_refused(
    platform: Platform, wall: Wall, kind: FeedKind, after: str
) -> None:
    await wall.post()
    with pytest.raises(Invalid):
        await page(platform, VISITOR, Feed(kind), 5, after)


async def test_a_forged_place_in_a_snapshot_is_refused(platform: Platform, wall: Wall) -> None:
    await wall.post()
    for place in (-2, 1_000, 2**62):
        window = keyset(UUID, int).window(1, None)
        forged = window.page([place], key=lambda at: (new_id(), at)).cursors[0]
        with pytest.raises(Invalid, match=r"page\.cursor"):
            await page(platform, VISITOR, TRENDING, 5, forged)


async def test_nothing_is_kept_of_products_that_are_not_there(platform: Platform) -> None:
    nobodys = Scope(product_id=new_id())
    assert await shown(platform, Feed(FeedKind.TRENDING, nobodys)) == []
    assert await snapshots.copied(platform.redis, nobodys, None, start=0, count=1) is None


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_one_to_a_hundred(platform: Platform, first: int) -> None:
    with pytest.raises(Invalid, match=r"page\.first"):
        await page(platform, VISITOR, TRENDING, first, None)
