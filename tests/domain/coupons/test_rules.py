"""Rules that give coupons, in the engine: pure, once an activity, within the supply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.coupons import CouponSource, CouponTemplate, DiscountKind, Supply, Terms
from domain.happening import Spent
from domain.programme import Programme
from tests.support.plain_programme import NOON, Play, activity, fixed, order_paid, programme, rule

GIFT = CouponTemplate(
    UUID(int=3), "gift", 1, "gift", Terms(DiscountKind.GIFT, Decimal(0), None, "CNY", 30)
)


def giving(*rules: Any, template: CouponTemplate = GIFT) -> Programme:  # noqa: ANN401
    return replace(programme(*rules), coupons={template.key: template})


def test_a_rule_gives_a_coupon_beside_its_points() -> None:
    play = Play(giving(rule("r", fixed(5), coupon="gift")))
    [grant] = play.tell(order_paid("A-1", "10")).coupons
    assert (grant.member_id, grant.template, play.books.available) == (
        play.state.member_id,
        GIFT,
        5,
    )
    assert (grant.origin.source, grant.origin.rule_key) == (CouponSource.RULE, "r")
    assert grant.origin.order_ref == "A-1"
    assert grant.expires_at == NOON.replace(hour=16) + timedelta(days=30)


def test_a_rule_of_no_points_gives_its_coupon() -> None:
    play = Play(giving(rule("r", fixed(0), coupon="gift")))
    assert len(play.tell(order_paid("A-1", "10")).coupons) == 1
    assert play.books.entries == []


def test_what_is_no_order_earns_a_coupon_of_no_order() -> None:
    play = Play(giving(rule("r", fixed(0), trigger="store.visited", coupon="gift")))
    [grant] = play.tell(activity("store.visited", "V-1")).coupons
    assert grant.origin.order_ref is None


@pytest.mark.parametrize("coupon", ["nothing", None])
def test_nothing_is_given_where_nothing_is_promised(coupon: str | None) -> None:
    play = Play(giving(rule("r", fixed(1), coupon=coupon)))
    assert play.tell(order_paid("A-1", "10")).coupons == []


def test_a_rule_whose_condition_does_not_hold_gives_no_coupon() -> None:
    never = rule("r", fixed(1), condition=lambda _: False, coupon="gift")
    assert Play(giving(never)).tell(order_paid("A-1", "10")).coupons == []


def test_what_is_left_of_the_stock_is_given_and_no_more() -> None:
    limited = replace(GIFT, stock=4)
    play = Play(giving(rule("r", fixed(1), coupon="gift"), template=limited))
    play.spent = Spent(coupons=Supply(before={"gift": 2}))
    given = [len(play.tell(order_paid(f"A-{n}", "10")).coupons) for n in range(4)]
    assert given == [1, 1, 0, 0]


def test_what_would_have_ended_by_now_is_not_given() -> None:
    play = Play(giving(rule("r", fixed(1), coupon="gift")))
    play.now = NOON + timedelta(days=31)
    assert play.tell(order_paid("A-1", "10", NOON)).coupons == []
    assert play.books.available == 1
