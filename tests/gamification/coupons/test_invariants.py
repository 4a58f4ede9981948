"""Each invariant notices when coupons are broken by hand."""

from __future__ import annotations

from typing import Final

import pytest

from gamification.coupons.invariants import INVARIANTS
from tests.gamification.coupons.conftest import Coupons
from tests.support.shop import broken

pytestmark = pytest.mark.unreplayed("rows are damaged here")

# By the name of the invariant: what is done to the tables behind everybody's back.
VANDALISM: Final = {
    "Every coupon is of a template": "UPDATE coupon SET template_id = uuidv7()",
    "What a coupon template has issued is the number of its coupons that are not void": (
        "UPDATE coupon_supply SET issued = issued + 1"
    ),
    "A coupon is used within its term": "UPDATE coupon SET expires_at = used_at",
    "A coupon takes off what its terms say, below no minimum spend": (
        "UPDATE coupon SET discount = discount + 0.01"
    ),
    "Every coupon of a rule was given for an activity of its member": (
        "UPDATE coupon SET origin_id = uuidv7() WHERE source = 'RULE'"
    ),
    "An order that went back has no coupons: what it earned is void, what it used came back": (
        "UPDATE shop_order SET closed = true"
    ),
}

UNUSED: Final = ", ".join(
    f"{column} = NULL"
    for column in ("used_at", "used_for_order", "order_total", "order_currency", "discount")
)


@pytest.fixture
async def busy(coupons: Coupons) -> Coupons:
    """A used coupon that an order had earned."""
    shop = coupons.shop
    await coupons.template()
    await shop.rule("orders", "0", coupon_key="off-5")
    await shop.tell(shop.paid("A-1", "100"))
    (coupon,) = await coupons.of()
    await coupons.use(coupon.code, "A-2")
    return coupons


def test_every_invariant_of_coupons_is_tried_here() -> None:
    assert {one.name for one in INVARIANTS} == set(VANDALISM)


@pytest.mark.parametrize("name", VANDALISM)
async def test_the_invariant_notices(name: str, busy: Coupons) -> None:
    database = busy.shop.platform.database
    assert await broken(database) == {}
    async with database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(VANDALISM[name])
        assert name in await broken(tx)
        await tx.execute("DELETE FROM coupon")
        await tx.execute("UPDATE coupon_supply SET issued = 0")
        await tx.execute("UPDATE shop_order SET closed = false")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("coupon_takes_off_no_more_than_the_total", "discount = order_total + 0.01"),
        ("coupon_used_says_for_what", "used_for_order = NULL"),
        ("coupon_usable_is_not_void", "state = 'USABLE', voided_at = now()"),
        ("coupon_void_has_its_time", f"state = 'VOID', {UNUSED}"),
    ],
)
async def test_the_database_refuses(constraint: str, change: str, busy: Coupons) -> None:
    with pytest.raises(Exception, match=constraint):
        await busy.shop.platform.database.execute(f"UPDATE coupon SET {change}")  # noqa: S608


async def test_the_terms_of_a_version_cannot_be_changed(busy: Coupons) -> None:
    with pytest.raises(Exception, match="append-only"):
        await busy.shop.platform.database.execute("UPDATE coupon_template SET discount = 9")
