"""Deals that the demo shop opens with."""

from __future__ import annotations

from pathlib import Path

import pytest

from community.deals import orders
from community.products import service as products
from domain.deals.offers import check_offer
from infra.platform import Platform
from server.demo_community import people
from server.demo_community.deals import Deals, deal, read_deals
from server.demo_community.script import Script, read_script
from server.wiring import Laurels
from tests.support.market import broken

DEMO = Path(__file__).parents[3] / "demo"


@pytest.fixture(scope="session")
def script() -> Script:
    return read_script(DEMO)


def test_every_offer_is_one_that_the_shop_could_make(script: Script) -> None:
    assert script.deals.offers
    for one in script.deals.offers:
        check_offer(one, usual=script.product(one.sku).price, currency="USD")


def test_a_shop_may_have_no_deals(tmp_path: Path) -> None:
    assert read_deals(tmp_path) == Deals()


async def test_they_are_begun_once_however_often_they_are_told(
    laurels: Laurels, script: Script
) -> None:
    platform = laurels.platform
    await products.save(platform, script.products, currency="USD")
    members = await people.join(platform, script)
    for _ in range(2):
        await deal(platform, script.deals, members, "USD")
        assert await filled(platform) == [2, 3, 3, 4]
        assert await orders.count(platform.database, waiting=True) == 1
    assert await broken(platform.database) == {}


async def filled(platform: Platform) -> list[int]:
    rows = await platform.database.fetch("SELECT filled FROM deal ORDER BY filled")
    return [row["filled"] for row in rows]
