"""What search shows to whom, in which order, and page by page while the shop goes on."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest

from community.search import service
from community.search.indexing import index_waiting
from community.search.reading import ask, ask_kindly
from community.search.service import search_names, search_posts
from community.search.store import Kind
from domain.errors import Invalid
from domain.posts.visibility import Reader
from infra.ids import new_id
from infra.paging import Page, keyset
from infra.platform import Platform
from members.enrolment import enrol
from tests.support.wall import Wall

HANGS_AFTER = 30  # seconds


async def read(platform: Platform) -> None:
    while await index_waiting(platform.database):
        pass


async def posts(
    platform: Platform, reader: Reader, query: str, first: int, after: str | None
) -> Page[UUID]:
    now = await platform.clock.now()
    return await search_posts(platform, reader, query, now=now, first=first, after=after)


async def found(
    platform: Platform, query: str, reader: Reader | None = None, first: int = 100
) -> list[UUID]:
    await read(platform)
    page = await posts(platform, reader or Reader(), query, first, None)
    return list(page.items)


async def test_the_better_answer_comes_first(platform: Platform, wall: Wall) -> None:
    beside = await wall.post(text="护手霜很好，包装也行，顺便说一句防晒要买别家的霜")
    whole = await wall.post(text="防晒霜好用，这个防晒霜回购")
    said = await wall.post(text="护手霜、面霜、防晒霜都买齐了，快递很快，包装完好，客服耐心")
    assert await found(platform, "防晒霜") == [whole, said]
    assert await found(platform, "防晒 霜") == [whole, said, beside]


async def test_of_equal_answers_the_fresher_comes_first(platform: Platform, wall: Wall) -> None:
    now = wall.now
    fresh = await wall.post(text="口红很显白", at=now)
    old = await wall.post(text="口红很显白", at=now - timedelta(days=400))
    middle = await wall.post(text="口红很显白", at=now - timedelta(days=30))
    assert await found(platform, "口红") == [fresh, middle, old]


async def test_topics_and_products_are_found_too(platform: Platform, wall: Wall) -> None:
    topic, product = await wall.topic("露营"), await wall.product("Dyson 吹风机")
    post = await wall.post(None, "用了一周", topic, product)
    assert await found(platform, "露营") == [post]
    assert await found(platform, "dyson") == [post]


async def test_a_post_is_found_by_the_new_name_of_its_product(
    platform: Platform, wall: Wall
) -> None:
    product = await wall.product("老名字")
    post = await wall.post(None, "好用", product)
    assert await found(platform, "老名字") == [post]
    await platform.database.execute("UPDATE product SET name = '新款'")
    assert await found(platform, "新款") == [post]
    assert await found(platform, "老名字") == []


async def test_an_edit_is_found_by_what_it_says_now(platform: Platform, wall: Wall) -> None:
    post = await wall.post(text="咖啡机")
    assert await found(platform, "咖啡机") == [post]
    await wall.edit(post, "电饭煲")
    assert await found(platform, "电饭煲") == [post]
    assert await found(platform, "咖啡机") == []


async def test_whatever_left_is_gone_at_once(platform: Platform, wall: Wall) -> None:
    kept, deleted, removed = [await wall.post(text="雨伞") for _ in range(3)]
    assert len(await found(platform, "雨伞")) == 3
    await wall.delete(deleted)
    await wall.remove(removed)
    page = await posts(platform, Reader(), "雨伞", 10, None)  # before the index knows
    assert page.items == [kept]
    await read(platform)
    assert await platform.database.fetchval("SELECT count(*) FROM post_document") == 1


@pytest.mark.parametrize("state", ["DRAFT", "IN_REVIEW", "REJECTED"])
async def test_what_is_not_published_is_not_found(platform: Platform, state: str) -> None:
    author = new_id()
    await platform.database.execute(
        "INSERT INTO post (id, author_id, state, text, created_at, submitted_at)"
        " VALUES ($1, $2, $3::text, '雨伞', now(), CASE WHEN $3 <> 'DRAFT' THEN now() END)",
        new_id(), author, state,
    )  # fmt: skip
    assert await found(platform, "雨伞", Reader(author)) == []
    assert await found(platform, "雨伞", Reader(new_id(), staff=True)) == []


async def test_blocks_and_suspensions_hide_from_search(platform: Platform, wall: Wall) -> None:
    reader, blocked, blocking = [new_id() for _ in range(3)]
    async with platform.database.transaction() as tx:
        [enrolled] = await enrol(tx, ["C-1"], wall.now)
    suspended = enrolled.member_id
    shown = await wall.post(text="雨伞")
    for author in (blocked, blocking, suspended):
        await wall.post(author, "雨伞")
    await wall.block(reader, blocked)
    await wall.block(blocking, reader)
    await wall.suspend(suspended)
    assert await found(platform, "雨伞", Reader(reader)) == [shown]
    assert len(await found(platform, "雨伞", Reader(new_id(), staff=True))) == 4


async def test_pages_repeat_nothing_and_lose_nothing_while_posts_come_and_go(
    platform: Platform, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_WINDOW", 7)
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run's seed
    alive = [await wall.post(text="雨伞 " * chance.randint(1, 5)) for _ in range(40)]
    await read(platform)
    start, gone, shown = set(alive), set[UUID](), list[UUID]()
    after: str | None = None
    while True:
        page = await posts(platform, Reader(), "雨伞", 4, after)
        shown += page.items
        if not page.has_next:
            break
        after = page.cursors[-1]
        await wall.post(text="雨伞")
        gone.add(left := alive.pop(chance.randrange(len(alive))))
        await wall.delete(left)
        await read(platform)
    assert len(shown) == len(set(shown))
    assert start - gone <= set(shown)


async def test_words_beyond_one_segment_are_found(platform: Platform, wall: Wall) -> None:
    old = await wall.post(text="绝版雨伞")
    await read(platform)
    await platform.database.execute(
        "SELECT setval('post_document_number', nextval('post_document_number') + 40000)"
    )
    new = await wall.post(text="新款雨伞")
    assert await found(platform, "雨伞") == [new, old]
    assert await found(platform, "绝版") == [old]


@pytest.mark.parametrize("query", ["", "   ", "a" * 101, "nul\0", "half \ud800"])
async def test_what_is_no_question_is_refused(platform: Platform, query: str) -> None:
    with pytest.raises(Invalid):
        await posts(platform, Reader(), query, 10, None)


async def test_a_cursor_of_something_else_is_refused(platform: Platform, wall: Wall) -> None:
    await wall.post(text="雨伞")
    with pytest.raises(Invalid):
        await posts(platform, Reader(), "雨伞", 10, "WzEsMiwzLDQsNV0")


async def test_a_forged_cursor_has_nothing_read_that_is_not_there(
    platform: Platform, wall: Wall
) -> None:
    post = await wall.post(text="雨伞")
    await read(platform)
    forged = keyset(int, int, int, int, int).window(1, None)
    for above in (0, 2**62):
        page = forged.page([None], key=lambda _, a=above: (0, 2**63 - 1, a, 2**62, 1))
        async with asyncio.timeout(HANGS_AFTER):
            found = await posts(platform, Reader(), "雨伞", 10, page.cursors[0])
        assert list(found.items) == [post]


async def test_of_a_long_run_in_one_character_only_the_beginning_is_looked_up() -> None:
    jamo = "".join(chr(0x1100 + n % 95) + chr(0x1100 + n // 95) for n in range(1_000))
    for asked in (ask(jamo), ask_kindly(jamo)):
        assert max(len(way) for way in asked.ways) == 100


async def test_products_are_found_while_their_name_is_typed(platform: Platform, wall: Wall) -> None:
    brush = (await wall.product("Electric Toothbrush 电动牙刷")).product_id
    paste = (await wall.product("Toothpaste 牙膏")).product_id
    await read(platform)
    for query, expected in {
        "too": {brush, paste}, "toothb": {brush}, "牙": {brush, paste}, "電動牙刷": {brush},
        "brush": set[UUID](),
    }.items():  # fmt: skip
        page, total = await search_names(platform, Kind.PRODUCT, query, first=10, after=None)
        assert (set(page.items), total) == (expected, len(expected)), query


async def test_topics_come_by_answer_then_by_how_many_posts(platform: Platform, wall: Wall) -> None:
    names = {"露营": 3, "露营装备": 900, "周末露营": 20, "露天": 5, "露营空": 0}
    ids = {name: (await wall.topic(name)).topic_id for name in names}
    for name, count in names.items():
        await platform.database.execute(
            "UPDATE topic SET post_count = $2 WHERE id = $1", ids[name], count
        )
    await read(platform)
    page, total = await search_names(platform, Kind.TOPIC, "露營", first=2, after=None)
    rest, _ = await search_names(platform, Kind.TOPIC, "露營", first=2, after=page.cursors[-1])
    told = {id_: name for name, id_ in ids.items()}
    assert [told[one] for one in [*page.items, *rest.items]] == ["露营", "露营装备", "周末露营"]
    assert (total, rest.has_next) == (3, False)
