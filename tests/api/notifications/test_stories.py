"""What really happens is what members read: from the deed through engine and log to the inbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.execution.engine import Engine
from gamification.points import expiry_notices
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.gamification.badges.conftest import BadgeShop
from tests.gamification.streaks.conftest import StreakShop
from tests.messaging.notifications.conftest import read_log
from tests.support.arena import Arena, goal
from tests.support.clients import Clients
from tests.support.clubs import Club
from tests.support.reward_counter import RewardCounter
from tests.support.shop import SHANGHAI, Shop

INBOX = "{ me { notifications { nodes { kind title body subject { __typename } } } } }"


async def inbox(shop: Shop, engine: Engine, who: str = "C-1") -> list[dict[str, Any]]:
    """Oldest first."""
    await read_log(shop)
    data = await Clients(shop, engine).ask(INBOX, who)
    nodes: list[dict[str, Any]] = data["me"]["notifications"]["nodes"]
    return nodes[::-1]


async def test_a_challenge_that_was_completed(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    arena = Arena(platform, programmes)
    await arena.challenge("spring", goal(target=1), name="春季挑战")
    await arena.take_part()
    await arena.tell(arena.paid("A-1", "10"))
    [one] = await inbox(arena, engine)
    assert (one["kind"], one["title"]) == ("CHALLENGE", "Challenge completed: 春季挑战")
    assert one["subject"] == {"__typename": "ChallengeParticipation"}


async def test_a_badge_with_its_level(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    shop = BadgeShop(platform, programmes)
    await shop.badge("regular", 1, 2)
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    [one] = await inbox(shop, engine)
    assert (one["kind"], one["title"]) == ("BADGE", "You have earned a badge: regular")
    assert one["body"].startswith("Level 2.")
    assert one["subject"] == {"__typename": "Badge"}


async def test_a_membership_that_will_renew(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    club = Club(platform, programmes)
    await club.plan(reminder_days=7)
    await club.start()
    await club.let_pass(days=25)
    await club.settle()
    [one] = await inbox(club, engine)
    assert (one["kind"], one["title"]) == ("TIER", "plus will renew soon")
    assert one["subject"] == {"__typename": "Membership"}


async def test_a_reward_that_was_handed_over(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    counter = RewardCounter(Shop(platform, programmes))
    await counter.enrol("C-1")
    await counter.fulfil(await counter.redeem(await counter.offer()))
    [one] = await inbox(counter.shop, engine)
    assert one["kind"] == "REWARD"
    assert one["subject"] == {"__typename": "Redemption"}


async def test_a_day_that_was_put_right(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    shop = StreakShop(platform, programmes)
    await shop.check_in()
    await shop.let_pass(days=2)
    day = await shop.ago(1)
    await shop.repair(day)
    [one] = await inbox(shop, engine)
    assert one["body"].startswith(day.isoformat())


async def test_points_that_will_expire(
    platform: Platform, programmes: Programmes, engine: Engine
) -> None:
    shop = Shop(platform, programmes)
    await shop.rule("orders", "10", expires_after_days=3)
    await shop.tell(shop.paid("A-1", "1"))
    await expiry_notices.announce_next(platform, SHANGHAI)
    [one] = await inbox(shop, engine)
    last = (shop.now.astimezone(SHANGHAI) + timedelta(days=3)).date()
    assert one["body"] == f"Points that expire by {last}: 10. Use them in time."
