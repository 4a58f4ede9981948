"""Statistics as moderators ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prometheus_client import CollectorRegistry

from community.moderation.measures.meters import Meters
from domain.members import Role
from infra.ids import Kind, encode_id
from tests.support.clients import Clients
from tests.support.moderators import Moderators

SHARE = "{ part whole rate low high }"
STATS = f"""query ($days: Int) {{ moderationStats(days: $days) {{
  days open oldestOpenSeconds oldestTargetSeconds overdue decidedToday decided
  medianSecondsToDecision p90SecondsToDecision overturnRate appealsOverturned {SHARE}
  agreement {SHARE}
  neutrality {{ verdict byChance byRating {{ rating rejected {SHARE} medianSeconds }} }}
  byModerator {{ moderator {{ handle }} decided medianSeconds p90Seconds overturned }}
}} }}"""

DECIDE = """mutation ($input: DecideReviewInput!) { decideReview(input: $input) {
  review { decision { id } } } }"""
UNDO = """mutation ($input: DecisionRefInput!) { undoDecision(input: $input) {
  userErrors { code } } }"""


async def stats(clients: Clients, days: int | None = None) -> Any:  # noqa: ANN401 - JSON
    return (await clients.ask(STATS, "M-1", Role.MODERATOR, days=days))["moderationStats"]


async def test_an_empty_shop_has_nothing_to_show(clients: Clients) -> None:
    nothing = {"part": 0, "whole": 0, "rate": None, "low": 0.0, "high": 1.0}
    assert await stats(clients) == {
        "days": 30, "open": 0, "oldestOpenSeconds": 0, "oldestTargetSeconds": 0, "overdue": 0,
        "decidedToday": 0, "decided": 0, "medianSecondsToDecision": 0, "p90SecondsToDecision": 0,
        "overturnRate": 0.0, "appealsOverturned": nothing, "agreement": nothing,
        "neutrality": {"verdict": "TOO_FEW", "byChance": None, "byRating": []}, "byModerator": [],
    }  # fmt: skip


async def test_what_waits_is_counted_against_its_target(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.write())
    await office.let_pass(hours=5)
    await office.put(await office.write())
    found = await stats(clients)
    assert (found["open"], found["overdue"], found["oldestTargetSeconds"]) == (2, 1, 4 * 3600)
    assert 5 * 3600 <= found["oldestOpenSeconds"] < 5 * 3600 + 60


async def test_decisions_are_counted_and_timed_without_what_was_undone(
    clients: Clients, office: Moderators
) -> None:
    for minutes in (10, 20, 30):
        post = await office.write()
        await office.put(post)
        await office.let_pass(minutes=minutes)
        await office.settle_item(post, "APPROVE")
    await office.undo(await office.settle_item(await office.write(), "REJECT", policy="spam"))
    found = await stats(clients)
    assert (found["decided"], found["decidedToday"]) == (3, 3)
    assert found["medianSecondsToDecision"] // 60 == 20
    assert found["p90SecondsToDecision"] // 60 == 30
    [one] = found["byModerator"]
    assert (one["decided"], one["medianSeconds"], one["overturned"]) == (
        3, found["medianSecondsToDecision"], 0,
    )  # fmt: skip


async def test_what_was_overturned_shows_and_its_answer_is_a_decision(
    clients: Clients, office: Moderators
) -> None:
    first = await office.settle_item(await office.write(), "REJECT", policy="spam")
    item = await office.appeal(first)
    await office.claim("M-2", 50)
    await office.judge(item, "RESTORE", "M-2")
    found = await stats(clients)
    assert (found["decided"], found["overturnRate"]) == (2, 0.5)
    assert (found["appealsOverturned"]["part"], found["appealsOverturned"]["whole"]) == (1, 1)
    assert sorted(one["overturned"] for one in found["byModerator"]) == [0, 1]


async def test_posts_are_told_apart_by_their_stars(clients: Clients, office: Moderators) -> None:
    await office.settle_item(await office.write(rating=1), "REJECT", policy="spam")
    await office.settle_item(await office.write(rating=5), "APPROVE")
    await office.settle_item(await office.write(), "APPROVE")
    found = (await stats(clients))["neutrality"]
    assert found["verdict"] == "TOO_FEW"
    rated = [(one["rating"], one["rejected"]["rate"]) for one in found["byRating"]]
    assert rated == [(1, 1.0), (5, 0.0)]


async def test_older_decisions_are_left_out(clients: Clients, office: Moderators) -> None:
    await office.settle_item(await office.write(), "APPROVE")
    await office.let_pass(days=3)
    assert [(await stats(clients, days))["decided"] for days in (2, 4)] == [0, 1]


async def test_a_stretch_is_of_1_to_366_days(clients: Clients) -> None:
    query = "query ($days: Int) { moderationStats(days: $days) { open } }"
    for days in (0, 367):
        raised = await clients.raised(query, "M-1", Role.MODERATOR, days=days)
        assert [one.__name__ for one in raised] == ["Invalid"]


async def test_whoever_scrapes_sees_what_clients_decided(
    clients: Clients, office: Moderators
) -> None:
    registry = CollectorRegistry()
    clients.services = replace(clients.services, moderation=Meters(registry))
    item = await office.put(await office.write())
    await office.claim("M-1", 50)
    asked = {"reviewId": encode_id(Kind.REVIEW_ITEM, item), "action": "APPROVE"}
    decided = await clients.ask(DECIDE, "M-1", Role.MODERATOR, input=asked)
    undo = {"decisionId": decided["decideReview"]["review"]["decision"]["id"]}
    await clients.ask(UNDO, "M-1", Role.MODERATOR, input=undo)
    labels = {"action": "APPROVE", "origin": "AUTOMATIC"}
    assert registry.get_sample_value("laurels_moderation_decisions_total", labels) == 1
    assert registry.get_sample_value("laurels_moderation_undone_total") == 1
