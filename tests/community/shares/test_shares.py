"""Shares: one a member and post, and each visitor once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from community.shares import service
from domain.errors import NotAllowed, NotFound
from infra.ids import Kind, encode_id
from tests.support.dying import survive

Neighbours = Any
ONE, OTHER, COOKIE = b"1" * 16, b"2" * 16, b"c" * 16


async def shared(street: Neighbours, post: Any) -> int:  # noqa: ANN401
    query = "SELECT share_count FROM post WHERE id = $1"
    return int(await street.platform.database.fetchval(query, post))


async def test_shares_count_members_and_the_link_stays_the_same(street: Neighbours) -> None:
    post = await street.post("ana")
    code = await street.share("bo", post)
    assert await street.share("bo", post) == code != await street.share("cy", post)
    assert await shared(street, post) == 2
    assert len(code) == service.LONGEST_CODE


async def test_a_visitor_counts_once_by_whatever_they_are_known(street: Neighbours) -> None:
    post = await street.post("ana")
    code = await street.share("bo", post)
    visits = [(ONE, COOKIE), (ONE, OTHER), (b"3" * 16, COOKIE), (b"4" * 16, b"5" * 16)]
    counted = [await service.visit(street.platform, post, code, signs) for signs in visits]
    assert counted == [True, False, False, True]
    assert await street.visits(code) == 2
    bo = await street.member("bo")
    assert await street.log("share.visited") == [(bo, {"postId": encode_id(Kind.POST, post)})] * 2


async def test_a_visitor_who_comes_often_at_once_counts_once(street: Neighbours) -> None:
    post = await street.post("ana")
    code = await street.share("bo", post)
    visits = (service.visit(street.platform, post, code, [ONE]) for _ in range(20))
    assert sum(await asyncio.gather(*visits)) == await street.visits(code) == 1


async def test_who_is_forgotten_visits_again_and_earns_nothing(street: Neighbours) -> None:
    post = await street.post("ana")
    code = await street.share("bo", post)
    await service.visit(street.platform, post, code, [ONE])
    later = await street.platform.clock.now() + service.KEPT + timedelta(days=1)
    await service.forget_old(street.platform.database, later)
    assert await service.visit(street.platform, post, code, [ONE])
    assert len(await street.log("share.visited")) == 1


@pytest.mark.parametrize("code", ["", "nonsense", "a" * 12, "\0" * 12, "é" * 12])
async def test_a_code_that_nobody_gave_out_counts_nothing(street: Neighbours, code: str) -> None:
    post, other = await street.post("ana"), await street.post("ana")
    real = await street.share("bo", other)
    assert not await service.visit(street.platform, post, code, [ONE])
    assert not await service.visit(street.platform, post, real, [ONE])
    assert await street.log("share.visited") == []


async def test_what_cannot_be_seen_cannot_be_shared(street: Neighbours) -> None:
    draft, post = await street.post("ana", draft=True), await street.post("ana")
    await street.block("bo", "ana")
    for who, subject in (("cy", draft), ("bo", post)):
        with pytest.raises(NotFound):
            await street.share(who, subject)
    with pytest.raises(NotAllowed):
        await street.share("ana", draft)


async def test_a_visit_survives_death_at_any_statement(street: Neighbours) -> None:
    post = await street.post("ana")
    code = await street.share("bo", post)
    sql = street.platform.database
    visit = lambda: service.visit(street.platform, post, code, [ONE, COOKIE])  # noqa: E731
    assert await survive(sql, visit) >= 3
