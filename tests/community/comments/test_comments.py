"""Comments: one level of replies, exact counts, and seen by whom the one predicate names."""

import asyncio
from contextlib import aclosing, suppress
from typing import Any
from uuid import UUID

import pytest

from community.comments import live, service
from community.comments.store import CommentRow
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Suspended
from domain.posts.visibility import Reader
from domain.reactions import Target
from infra.ids import Kind, encode_id
from tests.support.dying import survive

Neighbours = Any


async def test_a_comment_is_counted_until_it_is_deleted(street: Neighbours) -> None:
    post = await street.post("ana")
    one = await street.comment("bo", post)
    await street.comment("cy", post)
    assert await street.comment_count(post) == 2
    await street.uncomment("bo", one)
    assert await street.comment_count(post) == 1
    with pytest.raises(NotFound):
        await street.uncomment("bo", one)


async def test_the_same_key_comments_once(street: Neighbours) -> None:
    post = await street.post("ana")
    one = await street.comment("bo", post, "a", key="k")
    assert await street.comment("bo", post, "a", key="k") == one
    with pytest.raises(Conflict):
        await street.comment("bo", post, "b", key="k")
    assert await street.comment_count(post) == 1


async def test_threads_stay_together_oldest_first(street: Neighbours) -> None:
    post = await street.post("ana")
    first = await street.comment("bo", post, "1")
    second = await street.comment("cy", post, "2")
    reply = await street.comment("ana", post, "1.1", reply_to=first)
    deeper = await street.comment("bo", post, "1.2", reply_to=reply)
    found = await street.comments(post)
    assert [row.text for row in found] == ["1", "1.1", "1.2", "2"]
    assert [row.reply_to_id for row in found] == [None, first, first, None]
    assert {row.id for row in found} == {first, second, reply, deeper}


async def test_replies_outlive_what_they_reply_to(street: Neighbours) -> None:
    post = await street.post("ana")
    first = await street.comment("bo", post)
    await street.comment("cy", post, "still here", reply_to=first)
    await street.uncomment("bo", first)
    assert [row.text for row in await street.comments(post)] == ["still here"]
    with pytest.raises(NotFound):
        await street.comment("cy", post, reply_to=first)


async def test_who_wrote_and_who_is_answered_is_told(street: Neighbours) -> None:
    post = await street.post("ana")
    first = await street.comment("bo", post)
    reply = await street.comment("cy", post, reply_to=first)
    await street.comment("ana", post)
    ana, bo, cy = [await street.member(one) for one in ("ana", "bo", "cy")]
    about = {"actorId": encode_id(Kind.MEMBER, cy), "postId": encode_id(Kind.POST, post)}
    about |= {"commentId": encode_id(Kind.COMMENT, reply)}
    received = await street.log("comment.received")
    assert [member for member, _ in received] == [ana, ana, bo]
    assert received[1:] == [(ana, about | {"reply": False}), (bo, about | {"reply": True})]
    assert [member for member, _ in await street.log("comment.published")] == [bo, cy, ana]


async def test_a_comment_is_deleted_by_its_author_and_by_the_author_of_the_post(
    street: Neighbours,
) -> None:
    post = await street.post("ana")
    one, other = await street.comment("bo", post), await street.comment("bo", post)
    with pytest.raises(NotAllowed):
        await street.uncomment("cy", one)
    await street.uncomment("ana", one)
    await street.uncomment("bo", other)
    assert await street.comments(post) == []


async def test_a_block_hides_comments_from_each_other_alone(street: Neighbours) -> None:
    post = await street.post("ana")
    one = await street.comment("bo", post)
    await street.block("bo", "cy")
    assert [row.id for row in await street.comments(post)] == [one]
    assert await street.comments(post, "cy") == []
    with pytest.raises(NotFound):
        await street.comment("cy", post, reply_to=one)
    with pytest.raises(NotFound):
        await street.like("cy", one, Target.COMMENT)


async def test_what_cannot_be_seen_cannot_be_commented_on(street: Neighbours) -> None:
    post, draft = await street.post("ana"), await street.post("ana", draft=True)
    await street.block("ana", "bo")
    for who, subject in (("bo", post), ("cy", draft), ("cy", UUID(int=1))):
        with pytest.raises(NotFound):
            await street.comment(who, subject)
    with pytest.raises(NotAllowed, match="not_published"):
        await street.comment("ana", draft)


async def test_who_is_suspended_writes_nothing_and_is_not_seen(street: Neighbours) -> None:
    post = await street.post("ana")
    await street.comment("bo", post)
    await street.suspend("bo")
    with pytest.raises(Suspended):
        await street.comment("bo", post)
    assert await street.comments(post, "cy") == []


@pytest.mark.parametrize(
    "text", ["", " \n", "a\0", "\ud800", "\x1b[2J", "好" * 501, "👨‍👩‍👧" * 501]
)
async def test_text_that_is_none_or_too_long_is_refused(street: Neighbours, text: str) -> None:
    post = await street.post("ana")
    with pytest.raises(Invalid):
        await street.comment("bo", post, text)
    assert await street.comment_count(post) == 0


@pytest.mark.parametrize("text", ["  kept  ", "👨‍👩‍👧" * 500, "\u202eright to left", "z̸̢͔͉͚" * 100])
async def test_text_is_kept_exactly(street: Neighbours, text: str) -> None:
    post = await street.post("ana")
    await street.comment("bo", post, text)
    [row] = await street.comments(post)
    assert row.text == text


async def test_comments_are_liked_like_posts(street: Neighbours) -> None:
    post = await street.post("ana")
    comment = await street.comment("bo", post)
    await street.like("cy", comment, Target.COMMENT)
    assert await street.likes(comment, Target.COMMENT) == 1
    [(member, said)] = await street.log("like.received")
    assert member == await street.member("bo")
    assert said["commentId"] == encode_id(Kind.COMMENT, comment)
    await street.unlike("cy", comment, Target.COMMENT)
    assert await street.likes(comment, Target.COMMENT) == 0


async def test_many_at_once_are_counted_exactly(street: Neighbours) -> None:
    post = await street.post("ana")
    made = await asyncio.gather(*(street.comment("bo", post, str(n)) for n in range(30)))
    await asyncio.gather(*(street.uncomment("ana", one) for one in made[::2]))
    assert await street.comment_count(post) == 15


async def test_a_comment_survives_death_at_any_statement(street: Neighbours) -> None:
    post = await street.post("ana")
    sql = street.platform.database
    assert await survive(sql, lambda: street.comment("bo", post, key="k")) >= 3
    [comment] = await street.comments(post)
    assert await survive(sql, lambda: _deleted(street, comment.id)) >= 3


async def _deleted(street: Neighbours, comment: UUID) -> None:
    """Deletes it, or finds that it is."""
    with suppress(NotFound):
        await street.uncomment("bo", comment)


async def followed(street: Neighbours, who: str, post: UUID, count: int) -> list[CommentRow]:
    reader = Reader(await street.member(who))
    found: list[CommentRow] = []
    async with aclosing(service.follow(street.platform, reader, post)) as events:
        async for row in events:
            found.append(row)
            if len(found) == count:
                break
    return found


async def test_new_comments_reach_those_who_may_see_them(street: Neighbours) -> None:
    post = await street.post("ana")
    await street.block("cy", "bo")
    hearing = asyncio.create_task(street.platform.pubsub.run())
    listening = [
        asyncio.create_task(followed(street, who, post, count))
        for who, count in (("ana", 2), ("cy", 1))
    ]
    topic = live.topic_of(post)
    async with asyncio.timeout(30):
        while len(street.platform.pubsub._listeners.get(topic, ())) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await street.comment("bo", post, "from bo")
        await street.comment("ana", post, "from ana")
        of_ana, of_cy = await asyncio.gather(*listening)
    hearing.cancel()
    assert [row.text for row in of_ana] == ["from bo", "from ana"]
    assert [row.text for row in of_cy] == ["from ana"]


async def test_following_ends_where_the_post_is_not_seen(street: Neighbours) -> None:
    post = await street.post("ana", draft=True)
    hearing = asyncio.create_task(street.platform.pubsub.run())
    async with asyncio.timeout(30):
        assert await followed(street, "bo", post, 1) == []
    hearing.cancel()
