"""Tiers as clients see them: their own progress, what designers save, and live changes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain import calendar
from domain.errors import Forbidden
from domain.members import Role
from gamification.tiers import live
from infra.activity_log import partition_of
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from infra.pubsub import PubSub
from tests.api.tiers.conftest import Desk
from tests.support.shop import SHANGHAI

PROGRESS = """{ me { tier { key level } tierProgress {
  current { key benefits { key } } next { key } value remaining ratio keptUntil
} } }"""
SAVE_TIER = """mutation ($input: TierInput!) { saveTier(input: $input) {
  tier { key level threshold pointsMultiplier benefits { key name description } }
  userErrors { code field message }
} }"""
SAVE_RULES = """mutation ($input: TierRulesInput!) { saveTierRules(input: $input) {
  rules { graceDays noticeDays rollingDays } userErrors { code field message }
} }"""
SPEND = {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total",
         "window": "ROLLING_DAYS", "rollingDays": 365}  # fmt: skip
GOLD = {"key": "gold", "name": "金卡", "level": 1, "threshold": 600, "pointsMultiplier": "1.5"}


async def test_a_member_sees_how_far_the_next_tier_is(desk: Desk) -> None:
    await desk.shop.ladder()
    await desk.shop.tell(desk.shop.paid("A-1", "399.50"))
    me = (await desk.ask(PROGRESS, "C-1"))["me"]
    kept = (await desk.shop.progress()).kept_through
    assert kept is not None
    until = datetime.fromisoformat(me["tierProgress"].pop("keptUntil"))
    assert until == calendar.end_of(kept, SHANGHAI)
    assert me == {
        "tier": {"key": "silver", "level": 1},
        "tierProgress": {
            "current": {"key": "silver", "benefits": []},
            "next": {"key": "gold"},
            "value": 399,
            "remaining": 201,
            "ratio": pytest.approx(0.49875),
        },
    }


async def test_at_the_top_nothing_is_missing(desk: Desk) -> None:
    await desk.shop.ladder(days=None)
    await desk.shop.tell(desk.shop.paid("A-1", "1500"))
    shown = (await desk.ask(PROGRESS, "C-1"))["me"]["tierProgress"]
    assert (shown["next"], shown["remaining"], shown["ratio"], shown["keptUntil"]) == (
        None, None, 1.0, None,
    )  # fmt: skip


async def test_progress_is_nothing_while_nobody_says_what_it_measures(desk: Desk) -> None:
    await desk.shop.tier("silver", 1, 200)
    await desk.shop.tell(desk.shop.paid("A-1", "300"))
    assert await desk.ask(PROGRESS, "C-1") == {
        "me": {"tier": {"key": "member", "level": 0}, "tierProgress": None}
    }


@pytest.mark.parametrize(
    ("who", "roles", "seen"),
    [
        ("C-1", (), True),
        (None, (Role.ADMIN,), True),
        (None, (Role.SERVICE,), True),
        ("C-2", (), False),
        (None, (Role.MODERATOR,), False),
        (None, (), False),
    ],
)
async def test_progress_is_for_the_member_and_the_shop(
    desk: Desk,
    who: str | None,
    roles: tuple[Role, ...],
    seen: bool,  # noqa: FBT001
) -> None:
    await desk.shop.ladder()
    await desk.shop.tell(desk.shop.paid("A-1", "600"), desk.shop.paid("B-1", "1", "C-2"))
    key = encode_id(Kind.MEMBER, await desk.shop.member())
    query = "query ($id: ID!) { node(id: $id) { ... on Member { tier { key } tierProgress"
    data = await desk.ask(query + " { value } } } }", who, *roles, id=key)
    assert data["node"] == {
        "tier": {"key": "gold"},
        "tierProgress": {"value": 600} if seen else None,
    }


async def test_designers_save_a_tier_with_its_benefits(desk: Desk) -> None:
    benefit = {"key": "shipping", "name": "包邮", "description": "每一单"}
    saved = await desk.ask(SAVE_TIER, None, Role.ADMIN, input=GOLD | {"benefits": [benefit]})
    assert saved["saveTier"] == {
        "tier": {"key": "gold", "level": 1, "threshold": 600, "pointsMultiplier": "1.5",
                 "benefits": [benefit]},
        "userErrors": [],
    }  # fmt: skip
    again = await desk.ask(SAVE_TIER, None, Role.ADMIN, input=GOLD)
    assert again["saveTier"]["tier"]["benefits"] == [benefit]


async def test_designers_say_what_tiers_are_measured_by(desk: Desk) -> None:
    saved = await desk.ask(SAVE_RULES, None, Role.ADMIN, input={"metric": SPEND, "graceDays": 10})
    rules = {"graceDays": 10, "noticeDays": 14, "rollingDays": 365}
    assert saved["saveTierRules"] == {"rules": rules, "userErrors": []}
    asked = await desk.ask("{ tierRules { graceDays noticeDays rollingDays } }")
    assert asked["tierRules"] == rules


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.SERVICE,)])
async def test_nobody_but_admins_designs(desk: Desk, roles: tuple[Role, ...]) -> None:
    await desk.shop.join("C-1")
    for query, given in ((SAVE_TIER, GOLD), (SAVE_RULES, {"metric": SPEND})):
        assert await desk.raised(query, "C-1", *roles, input=given) == [Forbidden]


REFUSED: list[tuple[str, dict[str, Any], str, list[str]]] = [
    (SAVE_TIER, {"level": 0}, "CONFLICT", ["level"]),
    (SAVE_TIER, {"threshold": 0}, "INVALID", ["threshold"]),
    (SAVE_TIER, {"pointsMultiplier": "0"}, "INVALID", ["pointsMultiplier"]),
    (SAVE_TIER, {"key": "G!"}, "INVALID", ["key"]),
    (SAVE_TIER, {"name": " "}, "INVALID", ["name"]),
    (SAVE_TIER, {"level": 101}, "INVALID", ["level"]),
    (SAVE_TIER, {"benefits": [{"key": "a", "name": "x", "description": ""}] * 2}, "CONFLICT",
     ["benefits", "1", "key"]),
    (SAVE_RULES, {"window": "PARTICIPATION", "rollingDays": None}, "INVALID",
     ["metric", "window"]),
    (SAVE_RULES, {"window": "MONTH"}, "INVALID", ["metric", "rollingDays"]),
    (SAVE_RULES, {"measure": "DISTINCT", "attribute": None}, "INVALID", ["metric", "attribute"]),
    (SAVE_RULES, {"condition": "member.tier == 'gold'"}, "INVALID", ["metric", "condition"]),
    (SAVE_RULES, {"condition": "member.teir == 'gold'"}, "INVALID", ["metric", "condition"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "change", "code", "field"), REFUSED)
async def test_a_refusal_says_what_and_where_in_three_languages(
    desk: Desk, query: str, change: dict[str, Any], code: str, field: list[str]
) -> None:
    given = GOLD | change if query == SAVE_TIER else {"metric": SPEND | change}
    messages: set[str] = set()
    for locale in Locale:
        data = await desk.ask(query, None, Role.ADMIN, locale=locale, input=given)
        [payload] = data.values()
        [error] = payload["userErrors"]
        assert (error["code"], error["field"]) == (code, field)
        messages.add(error["message"])
    assert len(messages) == 3


async def heard_by(pubsub: PubSub, member_id: UUID) -> None:
    """Returns when somebody in this process hears of the member's tier."""
    while live.topic_of(partition_of(member_id)) not in pubsub._listeners:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    async with pubsub.listen("ready"):  # Redis answers one after the other
        return


async def test_a_tier_is_followed_live(desk: Desk) -> None:
    await desk.shop.ladder()
    await desk.shop.tell(desk.shop.paid("A-1", "1"))
    query = "subscription { tierChanged { current { key } next { key } value } }"
    async with aclosing(desk.follow(query, "C-1")) as changes, asyncio.timeout(30):
        first = asyncio.ensure_future(anext(changes))
        await heard_by(desk.shop.platform.pubsub, await desk.shop.member())
        await desk.shop.tell(desk.shop.paid("A-2", "599"))
        data = await first
    assert data == {
        "tierChanged": {"current": {"key": "gold"}, "next": {"key": "diamond"}, "value": 600}
    }


async def test_the_progress_of_many_is_asked_for_at_once(desk: Desk) -> None:
    await desk.shop.ladder()
    refs = [f"C-{n}" for n in range(1, 6)]
    await desk.shop.tell(*(desk.shop.paid(f"A-{ref}", "600", ref) for ref in refs))
    ids = [encode_id(Kind.MEMBER, await desk.shop.member(ref)) for ref in refs]
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member {
      tierProgress { current { key } value } } } }"""
    data = await desk.ask(query, None, Role.ADMIN, ids=ids)
    one = {"tierProgress": {"current": {"key": "gold"}, "value": 600}}
    assert data["nodes"] == [one] * 5
