"""What is known of an author decides as well; of those that are trusted some posts are drawn."""

from __future__ import annotations

from domain.posts.visibility import PostState
from tests.support.readers import Readers


async def warn(desk: Readers, times: int) -> None:
    await desk.policy("spam")
    for _ in range(times):
        post = await desk.write()
        item = await desk.put(post)
        await desk.claim(count=50)
        await desk.judge(item, "WARN", policy="spam")


async def test_a_strike_queues_what_its_author_writes(desk: Readers) -> None:
    await warn(desk, 1)
    post = await desk.write()
    assert await desk.state(post) is PostState.PUBLISHED
    assert (await desk.signals(post))["record"]["strikes"] == 1


async def test_two_strikes_hold_posts_and_comments(desk: Readers) -> None:
    await warn(desk, 2)
    post = await desk.write()
    assert await desk.state(post) is PostState.IN_REVIEW
    other = await desk.write("C-2")
    comment = await desk.comment(other, "也买了", "C-1")
    assert await desk.comment_state(comment) is PostState.IN_REVIEW


async def test_of_trusted_authors_a_share_is_drawn(desk: Readers) -> None:
    await desk.draw(1)
    post = await desk.write()
    assert await desk.state(post) is PostState.PUBLISHED
    assert await desk.origin(post) == "SAMPLE"


async def test_what_is_queued_anyway_is_not_drawn(desk: Readers) -> None:
    await desk.draw(1)
    post = await desk.write(text="加我13800138000")
    assert set(await desk.signals(post)) == {"contacts"}


async def test_comments_are_not_drawn(desk: Readers) -> None:
    post = await desk.write()
    await desk.draw(1)
    assert await desk.origin(await desk.comment(post, "也买了")) is None
