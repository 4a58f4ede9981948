"""Authors write, send, change and delete posts; counters follow exactly."""

from __future__ import annotations

import asyncio
import random

import pytest

from community.posts import purchases, store
from community.products import store as products
from community.topics import store as topics
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Suspended
from domain.posts.visibility import PostState
from infra.ids import new_id
from tests.support.authors import Authors
from tests.support.locks import somebody_waits

S = PostState


async def _topics(authors: Authors) -> dict[str, int]:
    return {one.name: one.post_count for one in await topics.popular(authors.platform.database, 9)}


async def _rating(authors: Authors, sku: str) -> tuple[int, int]:
    row = await products.by_sku(authors.platform.database, sku)
    assert row is not None
    return row.rating_sum, row.rating_count


async def test_one_key_writes_one_post(authors: Authors) -> None:
    first = await authors.write(key="k")
    assert await authors.write(key="k") == first
    with pytest.raises(Conflict):
        await authors.write(text="另一篇", key="k")
    assert await authors.count("post") == 1


async def test_calls_with_one_key_at_once_write_one_post(authors: Authors) -> None:
    found = await asyncio.gather(*(authors.write(key="k") for _ in range(5)))
    assert len(set(found)) == 1
    assert await authors.count("post") == 1


async def test_text_is_kept_exactly(authors: Authors) -> None:
    text = "  \u202e好用\u202c 👩‍🚀\n\tz̷̡a  "
    assert (await authors.post(await authors.write(text=text))).text == text


async def test_the_first_posts_of_an_author_wait_for_their_review(authors: Authors) -> None:
    authors.reviews = 2
    posts = [await authors.write() for _ in range(2)]
    for post in posts:
        assert await authors.state(post) is S.IN_REVIEW
        await authors.decide("approve", post)
    assert await authors.state(await authors.write()) is S.PUBLISHED
    assert await authors.state(await authors.write("C-2")) is S.IN_REVIEW


async def test_a_removed_post_speaks_for_its_author_no_more(authors: Authors) -> None:
    authors.reviews = 1
    post = await authors.write()
    await authors.decide("approve", post)
    await authors.decide("remove", post)
    assert await authors.state(await authors.write()) is S.IN_REVIEW


async def test_a_post_that_was_taken_down_and_deleted_speaks_for_nobody(authors: Authors) -> None:
    authors.reviews = 1
    post = await authors.write()
    await authors.decide("approve", post)
    await authors.decide("remove", post)
    await authors.delete(post)
    assert await authors.state(await authors.write()) is S.IN_REVIEW


async def test_a_topic_of_marks_without_end_is_refused(authors: Authors) -> None:
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run's seed
    marks = [chr(code) for code in range(0x300, 0x36F)]
    longest = "a" + "".join(chance.choices(marks, k=599))
    assert await authors.write(topics=(longest,))
    with pytest.raises(Invalid):
        await authors.write(topics=(longest + "".join(chance.choices(marks, k=6_000)),))
    syllables = [chr(code) for code in range(0x1100, 0x115F)]  # all of one character
    assert await authors.write(text="#" + "".join(chance.choices(syllables, k=6_000)))


async def test_a_draft_is_told_to_nobody_until_it_is_sent(authors: Authors) -> None:
    post = await authors.write(draft=True, text="#口红")
    assert (await authors.told("post.published"), await _topics(authors)) == ([], {})
    await authors.publish(post)
    await authors.publish(post)
    assert len(await authors.told("post.published")) == 1
    assert await _topics(authors) == {"口红": 1}


async def test_an_empty_draft_cannot_be_sent(authors: Authors) -> None:
    post = await authors.write(draft=True, text="")
    with pytest.raises(Invalid):
        await authors.publish(post)


async def test_only_its_author_touches_a_post(authors: Authors) -> None:
    post = await authors.write()
    for attempt in (authors.edit(post, "C-2", text="x"), authors.delete(post, "C-2")):
        with pytest.raises(NotFound):
            await attempt


async def test_every_edit_is_a_revision(authors: Authors) -> None:
    post = await authors.write(text="一")
    await authors.edit(post, text="二")
    await authors.edit(post, text="二")
    assert await store.revisions(authors.platform.database, post) == {1: "一", 2: "二"}
    assert (await authors.post(post)).revision == 2


async def test_another_spelling_of_a_topic_is_no_edit(authors: Authors) -> None:
    await authors.write("C-2", text="#OOTD")
    post = await authors.write(text="hi #ootd")
    await authors.edit(post, text="hi #ootd", topics=("Ootd",))
    assert (await authors.post(post)).revision == 1


async def test_topics_and_ratings_follow_an_edit(authors: Authors) -> None:
    post = await authors.write(text="#口红", topics=("美妆",), rating=5, skus=("lip",))
    await authors.edit(post, text="#眼影", rating=3)
    assert await _topics(authors) == {"美妆": 1, "眼影": 1}
    assert await _rating(authors, "lip") == (3, 1)


async def test_what_is_not_seen_counts_nowhere(authors: Authors) -> None:
    post = await authors.write(text="#口红", rating=4, skus=("lip",))
    await authors.decide("remove", post)
    assert (await _topics(authors), await _rating(authors, "lip")) == ({}, (0, 0))
    await authors.decide("restore", post)
    assert (await _topics(authors), await _rating(authors, "lip")) == ({"口红": 1}, (4, 1))
    await authors.delete(post)
    assert (await _topics(authors), await _rating(authors, "lip")) == ({}, (0, 0))


async def test_a_rejected_post_is_mended_only_where_it_may_be(authors: Authors) -> None:
    authors.reviews = 1
    post = await authors.write()
    await authors.decide("reject", post, repairable=False)
    with pytest.raises(NotAllowed):
        await authors.edit(post, text="改")
    other = await authors.write()
    await authors.decide("reject", other, repairable=True)
    await authors.edit(other, text="改")
    assert await authors.state(other) is S.IN_REVIEW


async def test_an_approval_is_of_what_was_looked_at(authors: Authors) -> None:
    authors.reviews = 1
    post = await authors.write()
    await authors.edit(post, text="改")
    with pytest.raises(Conflict):
        await authors.decide("approve", post, revision=1)
    await authors.decide("approve", post, revision=2)


async def test_what_is_deleted_stays_deleted(authors: Authors) -> None:
    post = await authors.write()
    await authors.delete(post)
    for verb in ("approve", "restore", "remove", "recall"):
        with pytest.raises(NotFound):
            await authors.decide(verb, post)
    with pytest.raises(NotFound):
        await authors.delete(post)


async def test_whoever_is_suspended_may_not_post(authors: Authors) -> None:
    post = await authors.write()
    await authors.suspend("C-1", days=7)
    for attempt in (authors.write(), authors.edit(post, text="x"), authors.publish(post)):
        with pytest.raises(Suspended):
            await attempt
    await authors.let_pass(days=8)
    await authors.write()


async def test_a_photo_of_nobody_is_not_found(authors: Authors) -> None:
    with pytest.raises(NotFound):
        await authors.write(images=(new_id(),))


async def test_a_bought_product_is_verified_unless_its_order_went_back(authors: Authors) -> None:
    await authors.buy("O-1", "lip")
    assert (await authors.post(await authors.write(skus=("lip",)))).verified_purchase
    assert not (await authors.post(await authors.write(skus=("cup",)))).verified_purchase
    assert not (await authors.post(await authors.write("C-2", skus=("lip",)))).verified_purchase
    await authors.tell(authors.refunded("O-1", "R-1", "9.00"))
    assert not (await authors.post(await authors.write(skus=("lip",)))).verified_purchase


async def test_each_line_of_an_order_stands_for_one_post_whoever_is_first(
    authors: Authors,
) -> None:
    await authors.buy("O-1", "lip", "lip")
    await asyncio.gather(*(authors.write(skus=("lip",)) for _ in range(4)))
    told = await authors.told("post.published")
    assert sorted(one["verifiedPurchase"] for one in told) == [False, False, True, True]


async def test_who_waits_for_a_line_takes_the_next_one(authors: Authors) -> None:
    await authors.buy("O-1", "lip", "lip")
    member, database = await authors.member("C-1"), authors.platform.database
    posts = [await authors.write(draft=True, skus=("lip",)) for _ in range(2)]
    async with database.transaction() as first:
        assert await purchases.claim(first, member, posts[0], ["lip"]) == ["lip"]

        async def second() -> list[str]:
            async with database.transaction() as tx:
                return await purchases.claim(tx, member, posts[1], ["lip"])

        waiting = asyncio.create_task(second())
        await somebody_waits(authors.platform)
    async with asyncio.timeout(30):
        assert await waiting == ["lip"]
    for post in posts:
        await authors.publish(post)


async def test_what_the_log_says_of_a_post_has_no_stars_and_no_words(authors: Authors) -> None:
    await authors.write(text="五星好评", rating=5, skus=("lip",))
    [told] = await authors.told("post.published")
    assert set(told) == {"postId", "products", "images", "verifiedPurchase", "purchases"}
    assert told["products"] == ["lip"]
