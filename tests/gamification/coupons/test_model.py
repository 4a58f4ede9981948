"""Coupons against a plain-Python model: any sequence of what shops, staff and time do to them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import pytest

from domain.coupons import CouponState
from domain.errors import Refused
from tests.gamification.coupons.conftest import Coupons
from tests.support.shop import broken

USABLE, USED, EXPIRED, VOID = (
    CouponState.USABLE,
    CouponState.USED,
    CouponState.EXPIRED,
    CouponState.VOID,
)
STOCK: Final = 6
DAYS: Final = 5


@dataclass
class Known:
    """What the model knows of a coupon. `alive`: it would not be void if it were not used."""

    last_day: int
    earned_by: str | None = None
    used_for: str | None = None
    alive: bool = True

    def state(self, today: int) -> CouponState:
        if self.used_for is not None:
            return USED
        if not self.alive:
            return VOID
        return EXPIRED if today > self.last_day else USABLE


@dataclass
class Model:
    """Coupons by code, orders that stand and that went back, and the day, from 0."""

    coupons: dict[str, Known] = field(default_factory=dict[str, Known])
    standing: list[str] = field(default_factory=list[str])
    closed: set[str] = field(default_factory=set[str])
    today: int = 0

    @property
    def out_there(self) -> int:
        return sum(one.state(self.today) is not VOID for one in self.coupons.values())

    def use(self, code: str, order: str) -> bool:
        one = self.coupons[code]
        if one.used_for == order:
            return True
        if one.state(self.today) is not USABLE or order in self.closed:
            return False
        one.used_for = order
        return True

    def release(self, code: str, order: str) -> bool:
        one = self.coupons[code]
        if one.used_for not in {None, order}:
            return False
        one.used_for = None
        return True

    def void(self, code: str) -> bool:
        one = self.coupons[code]
        if one.used_for is None:
            one.alive = False
        return one.used_for is None

    def close(self, order: str) -> None:
        self.standing.remove(order)
        self.closed.add(order)
        for one in self.coupons.values():
            one.alive = one.alive and one.earned_by != order
            if one.used_for == order:
                one.used_for = None


class Play:
    """Does the same to the shop and to the model, and compares what both say."""

    def __init__(self, coupons: Coupons, draw: random.Random) -> None:
        self.coupons, self.draw, self.model = coupons, draw, Model()
        self.orders = 0

    async def step(self) -> None:
        verbs = [self.give, self.pay, self.close, self.use, self.use, self.release, self.void]
        await self.draw.choice([*verbs, self.sleep])()

    async def give(self) -> None:
        room = self.model.out_there < STOCK
        try:
            (coupon,) = await self.coupons.give("C-1")
        except Refused:
            assert not room
            return
        assert room
        self.model.coupons[coupon.code] = Known(self.model.today + DAYS)

    async def pay(self) -> None:
        shop, room = self.coupons.shop, self.model.out_there < STOCK
        self.orders += 1
        order = f"A-{self.orders}"
        await shop.tell(shop.paid(order, "10"))
        self.model.standing.append(order)
        new = [one for one in await self.coupons.of() if one.code not in self.model.coupons]
        assert [one.order_ref for one in new] == ([order] if room else [])
        for one in new:
            self.model.coupons[one.code] = Known(self.model.today + DAYS, earned_by=order)

    async def close(self) -> None:
        if self.model.standing:
            order, shop = self.draw.choice(self.model.standing), self.coupons.shop
            await shop.tell(shop.cancelled(order, f"R-{order}"))
            self.model.close(order)

    async def use(self) -> None:
        if self.model.coupons:
            code, order = self._code(), self._order()
            try:
                await self.coupons.use(code, order)
            except Refused:
                assert not self.model.use(code, order)
            else:
                assert self.model.use(code, order)

    async def release(self) -> None:
        if self.model.coupons:
            code, order = self._code(), self._order()
            try:
                await self.coupons.release(code, order)
            except Refused:
                assert not self.model.release(code, order)
            else:
                assert self.model.release(code, order)

    async def void(self) -> None:
        if self.model.coupons:
            code = self._code()
            row = next(one for one in await self.coupons.of() if one.code == code)
            try:
                await self.coupons.void(row)
            except Refused:
                assert not self.model.void(code)
            else:
                assert self.model.void(code)

    async def sleep(self) -> None:
        await self.coupons.shop.let_pass(days=1)
        self.model.today += 1

    def _code(self) -> str:
        return self.draw.choice(sorted(self.model.coupons))

    def _order(self) -> str:
        return f"A-{self.draw.randint(1, self.orders + 2)}"

    async def agree(self) -> None:
        found = await self.coupons.of()
        now = await self.coupons.shop.platform.clock.now()
        expected = {code: one.state(self.model.today) for code, one in self.model.coupons.items()}
        assert {one.code: one.state_at(now) for one in found} == expected
        assert await self.coupons.issued() == self.model.out_there
        assert await broken(self.coupons.shop.platform.database) == {}


@pytest.mark.parametrize("seed", range(6))
async def test_any_sequence_leaves_what_the_model_says(coupons: Coupons, seed: int) -> None:
    await coupons.template(stock=STOCK, valid_days=DAYS)
    await coupons.shop.join("C-1")
    await coupons.shop.rule("orders", "1", coupon_key="off-5")
    await away_from_midnight(coupons)
    play = Play(coupons, random.Random(seed))  # noqa: S311 - the same sequence in every run
    for _ in range(60):
        await play.step()
        await play.agree()


async def away_from_midnight(coupons: Coupons) -> None:
    """The programme's day must not change by itself while the model counts it."""
    now = coupons.shop.now
    to_noon = timedelta(hours=(28 - now.hour) % 24)  # noon in Shanghai is 4 o'clock UTC
    await coupons.shop.let_pass(seconds=int(to_noon.total_seconds()))
