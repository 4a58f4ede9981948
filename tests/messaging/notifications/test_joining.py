"""Several who do the same make one notification, for as long as it is fresh and unread."""

from __future__ import annotations

from datetime import timedelta

from domain.notifications import JOINED_FOR
from messaging.notifications import service
from tests.messaging.notifications.conftest import Office

LIKED = "like.received"


async def sizes(office: Office) -> list[int]:
    """How many each notification tells of, oldest first."""
    return [row.told for row in reversed(await office.told())]


async def test_likes_of_one_post_join_whether_they_come_together_or_not(office: Office) -> None:
    for n in range(2):
        await office.befall(LIKED, postId="a", actorId=str(n))
    last = await office.befall(LIKED, postId="a", actorId="8")
    await office.catch_up()
    [first] = await office.told()
    assert (first.told, first.activity.id) == (3, last.id)
    last = await office.befall("like.discounted", postId="a", actorId="9")
    await office.catch_up()
    [row] = await office.told()
    assert (row.id, row.told, row.activity.id) == (first.id, 4, last.id)


async def test_likes_of_another_thing_and_other_news_stay_apart(office: Office) -> None:
    await office.befall(LIKED, postId="a", actorId="1")
    await office.befall(LIKED, postId="a", commentId="c", actorId="1")
    await office.befall("member.followed", actorId="1")
    for _ in range(2):
        await office.befall("comment.received", postId="a", commentId="c", actorId="1")
    await office.befall(LIKED, "C-2", postId="a", actorId="1")
    await office.catch_up()
    assert await sizes(office) == [1] * 5


async def test_what_was_read_is_not_joined(office: Office) -> None:
    await office.befall(LIKED, postId="a", actorId="1")
    await office.catch_up()
    await service.mark_read(office.platform, await office.member("C-1"), [], everything=True)
    await office.befall(LIKED, postId="a", actorId="2")
    await office.catch_up()
    assert await sizes(office) == [1, 1]


async def test_after_a_day_a_new_one_is_made(office: Office) -> None:
    await office.befall(LIKED, postId="a", actorId="1")
    await office.catch_up()
    await office.platform.clock.advance(JOINED_FOR + timedelta(seconds=1))
    for n in (2, 3):
        await office.befall(LIKED, postId="a", actorId=str(n))
        await office.catch_up()
    assert await sizes(office) == [1, 2]


async def test_ids_are_in_the_order_of_telling(office: Office) -> None:
    await office.befall("member.followed", actorId="1")
    await office.befall(LIKED, postId="a", actorId="1")
    await office.befall("member.followed", actorId="2")
    await office.catch_up()
    assert await office.types() == [LIKED, "member.followed"]
    assert await sizes(office) == [1, 2]
