"""Random stories of several members, compared at each step with challenges said plainly."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.challenges import ChallengeMode
from domain.errors import Refused
from domain.metrics import Measure
from tests.support.arena import COMMUNITY, ORDERS, SOLO, SPENT, TEAM, Arena, goal
from tests.support.naive_challenges import NaiveChallenge, NaiveOrder
from tests.support.shop import SHANGHAI

WHO = [f"C-{n}" for n in range(4)]
CHANNELS = replace(ORDERS, measure=Measure.DISTINCT, attribute="channel")
DAYS = replace(ORDERS, measure=Measure.STREAK)
TARGETS = {SOLO: [4, 60, 2, 2], TEAM: [7, 120, 4, 4], COMMUNITY: [8, 130, 5, 5]}


@dataclass
class Story:
    """What happens to a shop and to the plain challenge alike."""

    shop: Arena
    naive: NaiveChallenge
    draw: random.Random
    codes: list[str] = field(default_factory=list[str])

    async def step(self) -> None:
        kinds = ["join", "order", "order", "order", "late", "refund", "leave", "wait"]
        if self.naive.revocable:  # little is asked for, and often goes back
            kinds = ["join", "order", "order", "refund", "refund", "late", "wait", "leave"]
        await getattr(self, self.draw.choice(kinds))()
        await self.shop.tend()
        self.naive.judge()
        await self.compare()

    async def join(self) -> None:
        who, shop = self.draw.choice(WHO), self.shop
        team: str | None = None
        try:
            code = await self._enter(who)
        except Refused:
            return
        if self.naive.mode == "TEAM":
            if isinstance(code, str):
                self.codes.append(code)
            team = str((await shop.team_of(who)).id)
        self.naive.join(who, (await shop.participation(who)).joined_at, team)

    async def _enter(self, who: str) -> object:
        """The invite code where it makes a team."""
        if self.naive.mode != "TEAM":
            return await self.shop.take_part(who)
        if not self.codes or self.draw.random() < 0.3:
            return await self.shop.make_team(who)
        return await self.shop.join_team(who, self.draw.choice(self.codes))

    async def leave(self) -> None:
        who = self.draw.choice(WHO)
        one = self.naive.present(who)
        if one is None or one.completed is not None:
            return
        await self.shop.leave(who)
        left = (await self.shop.participation(who)).counts_until
        assert left is not None
        self.naive.leave(who, left)

    async def order(self, hours: float = 0) -> None:
        shop, draw = self.shop, self.draw
        await shop.look_at_the_clock()
        ref, who = f"A-{len(self.naive.orders)}", draw.choice(WHO)
        total, channel = f"{draw.randrange(1, 3000) / 100}", draw.choice("abc")
        at = shop.now - timedelta(hours=hours)
        [done] = await shop.tell(shop.paid(ref, total, who, at=at, channel=channel))
        assert done.activity is not None
        self.naive.orders[ref] = NaiveOrder(
            who, at, done.activity.received_at, Decimal(total), channel
        )

    async def late(self) -> None:
        await self.order(self.draw.randrange(60))

    async def refund(self) -> None:
        standing = [ref for ref, one in self.naive.orders.items() if one.whole]
        if not standing:
            return
        ref = self.draw.choice(standing)
        one, name = self.naive.orders[ref], f"R-{self.draw.random()}"
        left = one.total - one.back
        amount = left if self.draw.random() < 0.5 else (left / 2).quantize(Decimal("0.01"))
        if amount:
            await self.shop.tell(self.shop.refunded(ref, name, str(amount), one.who))
            one.back += amount

    async def wait(self) -> None:
        await self.shop.let_pass(hours=self.draw.randrange(1, 20))

    async def compare(self) -> None:
        now = await self.shop.platform.clock.now()
        for who in WHO:
            mine = [one for one in self.naive.parts if one.who == who]
            if mine:
                one = self.naive.present(who) or mine[-1]
                assert await self.shop.progress(who) == pytest.approx(self.naive.progress(one))
                assert await self.shop.state(who) == self.naive.state(one, now)
        done = [one.who for one in self.naive.parts if one.completed is not None and not one.left]
        for who in WHO:
            assert await self.shop.available(who) == 100 * done.count(who)


@pytest.mark.parametrize("mode", [SOLO, TEAM, COMMUNITY])
@pytest.mark.parametrize("seed", range(2))
async def test_any_story_is_that_of_the_plain_challenge(
    shop: Arena, mode: ChallengeMode, seed: int
) -> None:
    await _tell(shop, mode, seed, revocable=False)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_reward_that_may_be_taken_back_is_there_exactly_while_it_is_deserved(
    shop: Arena, seed: int
) -> None:
    story = await _tell(shop, SOLO, seed, revocable=True)
    assert await shop.told("challenge.revoked"), "no story without a fall"
    assert await shop.told("challenge.restored")
    assert story.naive.parts


async def _tell(shop: Arena, mode: ChallengeMode, seed: int, *, revocable: bool) -> Story:
    targets = [2, 20, 1, 1] if revocable else TARGETS[mode]
    goals = [goal(key=f"g{n}", target=target) for n, target in enumerate(targets)]
    metrics = [ORDERS, SPENT, CHANNELS, DAYS]
    goals = [replace(one, metric=metric) for one, metric in zip(goals, metrics, strict=True)]
    from_start = seed % 2 == 1
    row = await shop.challenge(
        "spring", *goals, mode=mode, count_from_start=from_start, revocable=revocable
    )
    naive = NaiveChallenge(
        mode.value,
        row.terms.starts_at,
        row.terms.ends_at,
        targets,
        SHANGHAI,
        from_start,
        revocable,
    )
    await shop.join(*WHO)
    name = f"{mode} {seed}"
    story = Story(shop, naive, random.Random(name))  # noqa: S311 - no secret
    for _ in range(60 if revocable else 45):
        await story.step()
    assert naive.parts
    return story
