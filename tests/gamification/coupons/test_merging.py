"""Coupons for whoever is being merged into the member of a customer number."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.errors import Conflict
from tests.gamification.coupons.conftest import Coupons
from tests.support.merging import ANA, link, merge_before, sign_up


@pytest.fixture
async def ana(coupons: Coupons) -> UUID:
    """The shop has a customer C-1 and a template."""
    await coupons.template()
    await coupons.shop.join("C-1")
    return await sign_up(coupons.shop)


async def test_whoever_was_given_a_coupon_has_more_than_joined(coupons: Coupons, ana: UUID) -> None:
    await coupons.give(ANA)
    with pytest.raises(Conflict):
        await link(coupons.shop, ana)


async def test_what_is_given_during_a_merge_goes_to_the_member_that_stays(
    coupons: Coupons, ana: UUID
) -> None:
    stays, (coupon,) = await merge_before(coupons.shop, ana, coupons.give(ANA))
    assert coupon.member_id == stays == await coupons.shop.member("C-1") != ana
