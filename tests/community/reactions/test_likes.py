"""Likes: counted exactly, told once, and worth nothing where members only please each other."""

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from community.reactions import service, tallies
from domain.calendar import day_of
from domain.errors import NotAllowed, NotFound, Suspended, Unavailable
from infra.database import Database
from infra.ids import Kind, encode_id
from infra.platform import Platform
from infra.together import Together
from tests.support.dying import survive
from tests.support.shop import SHANGHAI

Neighbours = Any
MONTHS = "likes_given_in_month"


async def test_a_like_counts_once_however_often_it_is_given(street: Neighbours) -> None:
    post = await street.post("ana")
    for _ in range(2):
        await street.like("bo", post)
    await street.like("cy", post)
    assert await street.likes(post) == 2
    for _ in range(2):
        await street.unlike("bo", post)
    assert await street.likes(post) == 1


async def test_the_author_is_told_of_a_like_the_first_time_only(street: Neighbours) -> None:
    post = await street.post("ana")
    for _ in range(2):
        await street.like("bo", post)
        await street.unlike("bo", post)
    ana, bo = await street.member("ana"), await street.member("bo")
    about = {"actorId": encode_id(Kind.MEMBER, bo), "postId": encode_id(Kind.POST, post)}
    assert await street.log("like.received") == [(ana, about)]


async def test_nobodys_own_like_is_told_or_rewarded(street: Neighbours) -> None:
    post = await street.post("ana")
    await street.like("ana", post)
    assert await street.likes(post) == 1
    assert await street.log("like.received") == await street.log("like.discounted") == []


async def test_who_likes_back_gives_nothing_and_neither_does_the_other_from_then_on(
    street: Neighbours,
) -> None:
    of_ana, of_bo = [await street.post("ana") for _ in range(5)], await street.post("bo")
    await street.like("bo", of_ana[0])
    await street.like("ana", of_bo)
    for post in of_ana[1:]:
        await street.like("bo", post)
    [(rewarded, _)] = await street.log("like.received")
    assert rewarded == await street.member("ana")
    reasons = [said["reason"] for _, said in await street.log("like.discounted")]
    assert reasons == ["EXCHANGED"] * 5


async def test_a_fan_is_worth_ever_less(street: Neighbours) -> None:
    posts = [await street.post("ana", f"cup {n}") for n in range(9)]
    wishes = [await street.wish("bo", post) for post in posts]
    await service.serve(street.platform, SHANGHAI, wishes[:6])  # together or alone: the same
    for one in wishes[6:]:
        await service.wish(street.platform, SHANGHAI, one)
    counted = {said["postId"] for _, said in await street.log("like.received")}
    assert counted == {encode_id(Kind.POST, posts[n - 1]) for n in (1, 2, 4, 8)}


async def test_the_decay_reaches_over_the_end_of_a_month_and_no_further(street: Neighbours) -> None:
    posts = [await street.post("ana", f"cup {n}") for n in range(4)]
    for n, post in enumerate(posts):
        await street.like("bo", post)
        if n in {1, 2}:
            await street.let_pass(days=31 if n == 1 else 62)
    reasons = [said.get("reason") for _, said in await street.log("like.discounted")]
    assert reasons == ["REPEATED"]  # the third, a month later
    assert len(await street.log("like.received")) == 3


async def test_what_decides_nothing_any_more_is_forgotten(street: Neighbours) -> None:
    await street.like("bo", await street.post("ana"))
    sql, today = street.platform.database, day_of(await street.platform.clock.now(), SHANGHAI)
    await tallies.forget(sql, today)
    assert await street.count("likes_given_on_day") == await street.count(MONTHS) == 1
    await tallies.forget(sql, today + timedelta(days=2))
    assert (await street.count("likes_given_on_day"), await street.count(MONTHS)) == (0, 1)
    await tallies.forget(sql, today + timedelta(days=62))
    assert await street.count(MONTHS) == 0


async def test_liking_again_is_never_counted_as_another_like(street: Neighbours) -> None:
    one, other = await street.post("ana"), await street.post("ana")
    for _ in range(3):
        await street.like("bo", one)
        await street.unlike("bo", one)
    await street.like("bo", other)  # the second, not the fourth
    assert await street.log("like.discounted") == []


async def test_what_cannot_be_seen_cannot_be_liked(street: Neighbours) -> None:
    post, draft = await street.post("ana"), await street.post("ana", draft=True)
    await street.block("ana", "bo")
    for who, subject in (("bo", post), ("cy", draft), ("cy", await street.member("ana"))):
        with pytest.raises(NotFound):
            await street.like(who, subject)
    with pytest.raises(NotAllowed, match="not_published"):
        await street.like("ana", draft)


async def test_who_is_suspended_can_only_take_likes_back(street: Neighbours) -> None:
    one, other = await street.post("ana"), await street.post("ana")
    await street.like("bo", one)
    await street.suspend("bo")
    with pytest.raises(Suspended):
        await street.like("bo", other)
    await street.unlike("bo", one)
    assert await street.likes(one) == await street.likes(other) == 0


async def test_of_many_served_together_each_gets_an_answer_of_their_own(street: Neighbours) -> None:
    post = await street.post("ana")
    await street.block("ana", "bo")
    wishes = [await street.wish(one, post) for one in ("bo", "cy", "ana", "cy")]
    answers = await service.serve(street.platform, SHANGHAI, wishes)
    assert [type(one) for one in answers] == [NotFound, type(None), type(None), type(None)]
    assert await street.likes(post) == 2


async def test_of_one_members_wishes_that_are_served_together_the_last_holds(
    street: Neighbours,
) -> None:
    post = await street.post("ana")
    on, off = await street.wish("bo", post), await street.wish("bo", post, liked=False)
    await service.serve(street.platform, SHANGHAI, [on, off, on])
    assert await street.likes(post) == 1
    await service.serve(street.platform, SHANGHAI, [on, off])
    assert await street.likes(post) == 0


async def test_a_like_survives_death_at_any_statement(street: Neighbours) -> None:
    post = await street.post("ana")
    assert await survive(street.platform.database, lambda: street.like("bo", post)) >= 3
    assert await survive(street.platform.database, lambda: street.unlike("bo", post)) >= 3


async def test_ten_thousand_at_once_with_connections_killed_are_counted_exactly(
    street: Neighbours, database_url: str
) -> None:
    """A hundred members change their minds a hundred times each, through two processes' queues."""
    crowd, posts = [f"F-{n}" for n in range(100)], [await street.post(one) for one in ("ana", "bo")]
    await street.join(*crowd)
    doomed = await Database.open(database_url, name="doomed", beside=True)
    other = replace(street.platform, database=doomed, together=Together())
    sides = (street.platform, other)
    last = await asyncio.gather(
        *(_waver(street, sides[n % 2], one, posts) for n, one in enumerate(crowd))
    )
    await doomed.close()
    for post in posts:
        assert await street.likes(post) == sum(one[post] for one in last)


async def _waver(
    street: Neighbours, platform: Platform, who: str, posts: list[UUID]
) -> dict[UUID, bool]:
    """What a member ends up liking. Every now and then somebody's connection is killed."""
    chance, last = random.Random(who), dict.fromkeys(posts, False)  # noqa: S311
    either = (True, True, False)
    wishes = {
        (post, liked): await street.wish(who, post, liked=liked)
        for post in posts
        for liked in either
    }
    for turn in range(100):
        post, liked = chance.choice(posts), chance.choice(either)
        last[post], wanted = liked, wishes[post, liked]
        while True:
            if turn % 10 == 0 and chance.random() < 0.05:
                await street.platform.database.execute(_KILL)
            with suppress(Unavailable):  # the connection was killed: who asked asks again
                await service.wish(platform, SHANGHAI, wanted)
                break
    return last


_KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'doomed'"
