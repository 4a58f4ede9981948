"""What a post earns is held while it waits, and follows every decision about it."""

from __future__ import annotations

import pytest

from domain.metrics import Measure
from domain.posts.visibility import PostState
from tests.support.authors import Authors


@pytest.fixture
async def rewarded(authors: Authors) -> Authors:
    """20 points for a post, 50 for a featured one; the first three posts are reviewed."""
    await authors.rule("post", "20", trigger="post.published", expires_after_days=90)
    await authors.rule("star", "50", trigger="post.featured")
    authors.reviews = 3
    return authors


async def test_a_post_that_is_published_earns(authors: Authors) -> None:
    await authors.rule("post", "20", trigger="post.published")
    await authors.write()
    await authors.settle()
    assert await authors.points() == (20, 0)


async def test_what_waits_for_its_review_is_pending(rewarded: Authors) -> None:
    await rewarded.write()
    await rewarded.settle()
    assert await rewarded.points() == (0, 20)


async def test_approval_vests_at_once(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    assert await rewarded.points() == (20, 0)


async def test_a_final_rejection_takes_it_back(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("reject", post, repairable=False)
    assert await rewarded.points() == (0, 0)


async def test_a_rejection_that_can_be_mended_keeps_it_held(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("reject", post, repairable=True)
    assert await rewarded.points() == (0, 20)
    await rewarded.edit(post, text="改好了")
    assert await rewarded.state(post) is PostState.IN_REVIEW
    await rewarded.decide("approve", post)
    assert await rewarded.points() == (20, 0)


async def test_removal_takes_everything_back_and_restoration_gives_it_back_with_its_dates(
    rewarded: Authors,
) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    await rewarded.decide("feature", post, featured=True)
    before = await rewarded.lots()
    assert await rewarded.points() == (70, 0)
    await rewarded.decide("remove", post)
    assert await rewarded.points() == (0, 0)
    await rewarded.let_pass(days=10)
    await rewarded.decide("restore", post)
    assert await rewarded.lots() == before


async def test_an_approval_that_is_undone_is_pending_again(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    await rewarded.decide("recall", post)
    assert await rewarded.points() == (0, 20)
    await rewarded.decide("approve", post)
    assert await rewarded.points() == (20, 0)


async def test_a_rejection_that_is_undone_is_pending_again(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("reject", post, repairable=False)
    await rewarded.decide("recall", post)
    assert await rewarded.points() == (0, 20)


async def test_an_appeal_that_is_won_pays_what_was_rejected(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("reject", post, repairable=False)
    await rewarded.decide("restore", post)
    assert await rewarded.points() == (20, 0)


async def test_unfeaturing_takes_back_that_reward_alone(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    for featured in (True, False, True, True):
        await rewarded.decide("feature", post, featured=featured)
    assert await rewarded.points() == (70, 0)
    await rewarded.decide("feature", post, featured=False)
    assert await rewarded.points() == (20, 0)


async def test_deleting_takes_it_back(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    await rewarded.delete(post)
    assert await rewarded.points() == (0, 0)


async def test_what_is_spent_is_not_taken_and_not_given_twice(rewarded: Authors) -> None:
    post = await rewarded.write()
    await rewarded.decide("approve", post)
    await rewarded.adjust(-15)
    await rewarded.decide("remove", post)
    assert await rewarded.points() == (0, 0)
    await rewarded.decide("restore", post)
    assert await rewarded.points() == (5, 0)
    await rewarded.decide("recall", post)
    await rewarded.decide("reject", post, repairable=False)
    await rewarded.decide("restore", post)
    assert await rewarded.points() == (5, 0)


async def test_pending_days_begin_with_the_day_on_which_the_post_was_sent(
    authors: Authors,
) -> None:
    await authors.rule("post", "20", trigger="post.published", pending_days=7)
    authors.reviews = 3
    post = await authors.write()
    await authors.settle()
    await authors.let_pass(days=3)
    await authors.decide("approve", post)
    assert await authors.points() == (0, 20)
    await authors.let_pass(days=5)
    assert await authors.points() == (20, 0)
    await authors.decide("remove", post)
    assert await authors.points() == (0, 0)
    await authors.decide("restore", post)
    assert await authors.points() == (20, 0)


async def test_rewards_by_product_and_by_what_was_bought(authors: Authors) -> None:
    await authors.rule("each", "5 * size(activity.attributes.products)", trigger="post.published")
    await authors.rule(
        "bought",
        "30",
        trigger="post.published",
        condition="activity.attributes.verifiedPurchase",
    )
    await authors.buy("O-1", "lip", "cup")
    await authors.write(skus=("lip", "cup", "pen"))
    await authors.settle()
    assert await authors.points() == (45, 0)


async def test_one_post_earns_by_a_line_of_an_order(authors: Authors) -> None:
    await authors.buy("O-1", "lip")
    for _ in range(2):
        await authors.write(skus=("lip",))
    told = await authors.told("post.published")
    assert [one["verifiedPurchase"] for one in told] == [True, False]


async def test_metrics_count_a_post_while_it_is_seen(rewarded: Authors) -> None:
    await rewarded.measure_tiers(
        triggers=("post.published",), measure=Measure.COUNT, attribute=None
    )
    post = await rewarded.write()
    counted: list[int] = []
    for verb, more in (
        ("approve", {}),
        ("remove", {}),
        ("restore", {}),
        ("recall", {}),
        ("approve", {}),
    ):
        counted.append(await _posts(rewarded))
        await rewarded.decide(verb, post, **more)
    assert [*counted, await _posts(rewarded)] == [0, 1, 0, 1, 0, 1]


async def _posts(authors: Authors) -> int:
    return int(
        await authors.platform.database.fetchval("SELECT coalesce(sum(value), 0) FROM metric_day")
    )
