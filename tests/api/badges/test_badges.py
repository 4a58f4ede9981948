"""Badges as clients see them: what designers save, who holds what, and each level live."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Forbidden
from domain.members import Role
from domain.metrics import Measure
from gamification.badges import live
from infra.activity_log import partition_of
from infra.ids import Kind, encode_id, new_id
from infra.pubsub import PubSub
from tests.api.badges.conftest import Desk

SAVE = """mutation ($input: BadgeInput!) { saveBadge(input: $input) {
  badge { key name revocable levels { level threshold } holderCount rarity
    viewerProgress { value } }
  userErrors { code field message }
} }"""
BADGES = """{ badges { key holderCount rarity viewerAward { level }
  viewerProgress { value target ratio } } }"""
HELD = """query ($first: Int, $after: String) { me { badges(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { id level awardedAt badge { key } member { handle } activity { type } credentialUrl }
} } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
REGULAR = {"key": "regular", "name": "常客", "description": "来过两次",
           "metric": {"trigger": ["order.paid"], "measure": "COUNT"},
           "thresholds": [2, 4]}  # fmt: skip


async def heard_by(pubsub: PubSub, member_id: UUID) -> None:
    """Returns when somebody in this process hears of the member's badges."""
    while live.topic_of(partition_of(member_id)) not in pubsub._listeners:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    async with pubsub.listen("ready"):  # Redis answers one after the other
        return


async def test_an_admin_saves_a_badge(desk: Desk) -> None:
    saved = (await desk.ask(SAVE, None, Role.ADMIN, input=REGULAR))["saveBadge"]
    assert saved == {
        "badge": {
            "key": "regular",
            "name": "常客",
            "revocable": False,
            "levels": [{"level": 1, "threshold": 2}, {"level": 2, "threshold": 4}],
            "holderCount": 0,
            "rarity": 0.0,
            "viewerProgress": {"value": 0},
        },
        "userErrors": [],
    }


async def test_only_admins_save_badges(desk: Desk) -> None:
    await desk.shop.join("C-1")
    assert await desk.raised(SAVE, "C-1", Role.MODERATOR, input=REGULAR) == [Forbidden]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Regular"}, ["key"]),
        ({"name": " "}, ["name"]),
        ({"description": ""}, ["description"]),
        ({"thresholds": []}, ["thresholds"]),
        ({"thresholds": [0]}, ["thresholds"]),
        ({"thresholds": [2, 2]}, ["thresholds"]),
        ({"thresholds": list(range(1, 22))}, ["thresholds"]),
        ({"metric": REGULAR["metric"] | {"window": "PARTICIPATION"}}, ["metric", "window"]),
        ({"metric": REGULAR["metric"] | {"measure": "DISTINCT"}}, ["metric", "attribute"]),
        ({"metric": REGULAR["metric"] | {"attribute": "total"}}, ["metric", "attribute"]),
        ({"metric": REGULAR["metric"] | {"window": "ROLLING_DAYS"}}, ["metric", "rollingDays"]),
        ({"metric": REGULAR["metric"] | {"rollingDays": 7}}, ["metric", "rollingDays"]),
        ({"metric": REGULAR["metric"] | {"condition": "1 +"}}, ["metric", "condition"]),
        ({"metric": REGULAR["metric"] | {"condition": "member.tierLevel > 1"}},
         ["metric", "condition"]),
        ({"imageId": "nothing"}, ["imageId"]),
        ({"imageId": encode_id(Kind.IMAGE, new_id())}, ["imageId"]),
    ],
)  # fmt: skip
async def test_a_badge_that_nobody_could_earn_is_refused(
    desk: Desk, changes: dict[str, Any], field: list[str]
) -> None:
    saved = (await desk.ask(SAVE, None, Role.ADMIN, input=REGULAR | changes))["saveBadge"]
    assert saved["badge"] is None
    [error] = saved["userErrors"]
    assert error["code"] == ("NOT_FOUND" if field == ["imageId"] else "INVALID")
    assert error["field"] == ["input", *field] or error["field"] == field
    assert await desk.shop.count("badge") == 0


async def test_everybody_sees_how_rare_a_badge_is_and_members_how_they_stand(desk: Desk) -> None:
    await desk.shop.badge("regular", 2, 4)
    await desk.shop.buy("10", "10", "10")
    await desk.shop.buy("10", ref="C-2")
    [badge] = (await desk.ask(BADGES, "C-1"))["badges"]
    progress = {"value": 3, "target": 4, "ratio": 0.75}
    assert badge == {"key": "regular", "holderCount": 1, "rarity": 0.5,
                     "viewerAward": {"level": 1}, "viewerProgress": progress}  # fmt: skip
    [badge] = (await desk.ask(BADGES))["badges"]
    assert (badge["viewerAward"], badge["viewerProgress"]) == (None, None)


async def test_who_has_reached_the_last_level_has_no_way_to_go(desk: Desk) -> None:
    await desk.shop.badge("regular", 1)
    await desk.shop.buy("10")
    [badge] = (await desk.ask(BADGES, "C-1"))["badges"]
    assert badge["viewerProgress"] is None


async def test_progress_through_days_in_a_row_shows_the_longest_run(desk: Desk) -> None:
    await desk.shop.badge("steady", 3, measure=Measure.STREAK)
    await desk.shop.buy("10", "10")
    [badge] = (await desk.ask(BADGES, "C-1"))["badges"]
    assert badge["viewerProgress"]["value"] == 1


async def test_a_member_lists_their_badges_newest_first(desk: Desk) -> None:
    for n in (1, 2, 3):
        await desk.shop.badge(f"orders-{n}", n)
    await desk.shop.buy("10", "10", "10")
    page = (await desk.ask(HELD, "C-1", first=2))["me"]["badges"]
    assert [one["badge"]["key"] for one in page["nodes"]] == ["orders-3", "orders-2"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    after = page["pageInfo"]["endCursor"]
    page = (await desk.ask(HELD, "C-1", first=2, after=after))["me"]["badges"]
    assert [one["badge"]["key"] for one in page["nodes"]] == ["orders-1"]
    assert page["nodes"][0]["activity"] == {"type": "order.paid"}
    assert page["nodes"][0]["credentialUrl"].endswith(f"/badges/awards/{page['nodes'][0]['id']}")


async def test_what_brought_an_award_is_for_its_member_alone(desk: Desk) -> None:
    await desk.shop.badge("regular", 1)
    await desk.shop.buy("10")
    handle = (await desk.ask("{ me { handle } }", "C-1"))["me"]["handle"]
    query = (
        "query ($h: String!) { member(handle: $h) { badges { nodes { level activity { id } } } } }"
    )
    shown = (await desk.ask(query, h=handle))["member"]["badges"]["nodes"]
    assert shown == [{"level": 1, "activity": None}]


async def test_what_has_ended_is_in_no_list_before_any_job_has_run(desk: Desk) -> None:
    await desk.shop.badge("busy", 1, days=7, revocable=True)
    await desk.shop.buy("10")
    [node] = (await desk.ask(HELD, "C-1"))["me"]["badges"]["nodes"]
    await desk.shop.let_pass(days=7)
    held = (await desk.ask(HELD, "C-1"))["me"]["badges"]
    assert (held["nodes"], held["totalCount"]) == ([], 0)
    assert (await desk.ask(NODE, id=node["id"]))["node"] is None


async def test_badges_and_awards_are_nodes(desk: Desk) -> None:
    await desk.shop.badge("regular", 1)
    await desk.shop.buy("10")
    badge = (await desk.ask("{ badges { id viewerAward { id } } }", "C-1"))["badges"][0]
    for id_, name in ((badge["id"], "Badge"), (badge["viewerAward"]["id"], "BadgeAward")):
        assert (await desk.ask(NODE, id=id_))["node"] == {"__typename": name, "id": id_}


async def test_each_level_is_followed_live(desk: Desk) -> None:
    await desk.shop.badge("spender", 100, 200, measure=Measure.SUM, attribute="total")
    await desk.shop.buy("1")
    query = "subscription { badgeAwarded { level badge { key } member { handle } } }"
    async with aclosing(desk.follow(query, "C-1")) as changes, asyncio.timeout(30):
        first = asyncio.ensure_future(anext(changes))
        await heard_by(desk.shop.platform.pubsub, await desk.shop.member())
        await desk.shop.buy("250")
        told = [await first, await anext(changes)]
    assert [one["badgeAwarded"]["level"] for one in told] == [1, 2]


async def test_a_badge_without_a_picture_has_a_medal_drawn_and_an_award_its_level(
    desk: Desk,
) -> None:
    await desk.shop.badge("regular", 1, 5)
    await desk.shop.buy("10")
    query = "{ badges { image { id url width } viewerAward { image { id } } } }"
    [badge] = (await desk.ask(query, "C-1"))["badges"]
    assert badge["image"]["url"].startswith("/media/")
    assert badge["image"]["id"] != badge["viewerAward"]["image"]["id"]
