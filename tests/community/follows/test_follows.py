"""Follows and blocks: exact whatever comes at once, told once, and never across each other."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest

from community.blocks import store as blocks
from community.follows import service, store
from community.follows.store import Counts, Side
from domain.errors import LimitReached, NotAllowed, NotFound
from infra.ids import Kind, encode_id
from tests.support.dying import survive

Neighbours = Any


async def test_a_follow_counts_for_both(street: Neighbours) -> None:
    await street.follow("ana", "bo")
    assert await street.counts("ana") == Counts(followers=0, following=1)
    assert await street.counts("bo") == Counts(followers=1, following=0)


async def test_following_again_and_unfollowing_again_changes_nothing(street: Neighbours) -> None:
    for _ in range(2):
        await street.follow("ana", "bo")
    assert (await street.counts("bo")).followers == 1
    for _ in range(2):
        await street.unfollow("ana", "bo")
    assert await street.counts("ana") == await street.counts("bo") == Counts()


async def test_who_is_followed_is_told_the_first_time_only(street: Neighbours) -> None:
    for _ in range(2):
        await street.follow("ana", "bo")
        await street.unfollow("ana", "bo")
    ana, bo = await street.member("ana"), await street.member("bo")
    said = {"memberId": encode_id(Kind.MEMBER, bo), "actorId": encode_id(Kind.MEMBER, ana)}
    assert await street.log("member.followed") == [(bo, said)]


async def test_nobody_follows_or_blocks_themselves(street: Neighbours) -> None:
    with pytest.raises(NotAllowed, match=r"follow\.self"):
        await street.follow("ana", "ana")
    with pytest.raises(NotAllowed, match=r"block\.self"):
        await street.block("ana", "ana")


async def test_nobody_can_be_followed_who_does_not_exist(street: Neighbours) -> None:
    with pytest.raises(NotFound):
        await service.follow(street.platform, await street.member("ana"), UUID(int=1))


async def test_a_block_ends_follows_both_ways(street: Neighbours) -> None:
    await street.follow("ana", "bo")
    await street.follow("bo", "ana")
    await street.follow("cy", "bo")
    await street.block("bo", "ana")
    assert await street.counts("ana") == Counts()
    assert await street.counts("bo") == Counts(followers=1, following=0)


@pytest.mark.parametrize("blocker", ["ana", "bo"])
async def test_nobody_follows_across_a_block_of_either(street: Neighbours, blocker: str) -> None:
    await street.block(blocker, "bo" if blocker == "ana" else "ana")
    with pytest.raises(NotAllowed, match=r"follow\.blocked"):
        await street.follow("ana", "bo")


async def test_a_block_that_was_taken_away_lets_follow_again_and_follows_nobody(
    street: Neighbours,
) -> None:
    await street.follow("ana", "bo")
    await street.block("bo", "ana")
    await street.unblock("bo", "ana")
    assert (await street.counts("bo")).followers == 0
    await street.follow("ana", "bo")
    assert (await street.counts("bo")).followers == 1


async def test_a_follow_and_a_block_at_once_never_both_stay(street: Neighbours) -> None:
    for _ in range(20):
        await asyncio.gather(_unless_refused(street.follow("ana", "bo")), street.block("bo", "ana"))
        assert await street.counts("ana") == Counts()
        await street.unblock("bo", "ana")


async def _unless_refused(asked: Awaitable[None]) -> None:
    try:
        await asked
    except NotAllowed:
        return


async def test_many_at_once_are_counted_exactly(street: Neighbours) -> None:
    crowd = [f"F-{n}" for n in range(40)]
    await street.join(*crowd)
    await asyncio.gather(*(street.follow(one, "bo") for one in (*crowd, *crowd)))
    await asyncio.gather(*(street.unfollow(one, "bo") for one in crowd[::2]))
    assert await street.counts("bo") == Counts(followers=20, following=0)


async def test_nobody_follows_more_than_a_thousand(
    street: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    await street.follow("ana", "bo")
    with pytest.raises(LimitReached):
        await street.follow("ana", "cy")
    await street.follow("ana", "bo")
    assert (await street.counts("ana")).following == 1


async def test_lists_are_paged_newest_first(street: Neighbours) -> None:
    for one in ("bo", "cy"):
        await street.follow(one, "ana")
    ana, bo, cy = [await street.member(one) for one in ("ana", "bo", "cy")]
    sql = street.platform.database
    [page] = await store.pages(sql, [ana], Side.FOLLOWERS, before=None, limit=1)
    assert [one.member_id for one in page] == [cy]
    before = (page[0].since, cy)
    [rest] = await store.pages(sql, [ana], Side.FOLLOWERS, before=before, limit=5)
    assert [one.member_id for one in rest] == [bo]
    assert await store.followed_by(sql, bo) == [ana]


async def test_a_follow_and_a_block_survive_death_at_any_statement(street: Neighbours) -> None:
    sql = street.platform.database
    assert await survive(sql, lambda: street.follow("ana", "bo")) >= 3
    assert await survive(sql, lambda: street.block("bo", "ana")) >= 3
    ana, bo = await street.member("ana"), await street.member("bo")
    assert await blocks.blocked_among(sql, bo, [ana]) == {ana}
