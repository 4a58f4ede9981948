"""Coupons for whoever is being merged into the member of a customer number."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

import pytest

from domain.errors import Conflict
from gamification.ledger import states
from infra.database import Transaction
from members.linking import link_customer
from tests.gamification.coupons.conftest import Coupons
from tests.support.locks import somebody_waits
from tests.support.shop import Shop

ANA: Final = "ana@example.com"
_HANG: Final = 30  # seconds


@pytest.fixture
async def ana(coupons: Coupons) -> UUID:
    """Signed up by e-mail, and known to the engine; the shop has a customer C-1 and a template."""
    shop = coupons.shop
    await coupons.template()
    ana, _ = await shop.join(ANA, "C-1")
    async with shop.platform.database.transaction() as tx:
        await tx.execute("INSERT INTO account VALUES ($1, 'EMAIL', $2, $3)", ANA, ana, shop.now)
        await states.lock(tx, [ana])
    return ana


async def link(
    shop: Shop, member_id: UUID, hold: Callable[..., Awaitable[object]] = states.lock
) -> UUID:
    return await link_customer(shop.platform.database, member_id, "C-1", hold=hold, now=shop.now)


async def test_whoever_was_given_a_coupon_has_more_than_joined(coupons: Coupons, ana: UUID) -> None:
    await coupons.give(ANA)
    with pytest.raises(Conflict):
        await link(coupons.shop, ana)


async def test_what_is_given_during_a_merge_goes_to_the_member_that_stays(
    coupons: Coupons, ana: UUID
) -> None:
    held, told = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction, ids: Sequence[UUID]) -> None:
        await states.lock(tx, ids)
        held.set()
        await told.wait()

    merging = asyncio.create_task(link(coupons.shop, ana, hold))
    await asyncio.wait_for(held.wait(), _HANG)
    giving = asyncio.create_task(coupons.give(ANA))
    await somebody_waits(coupons.shop.platform)
    told.set()
    stays = await merging
    (coupon,) = await giving
    assert coupon.member_id == stays == await coupons.shop.member("C-1") != ana
