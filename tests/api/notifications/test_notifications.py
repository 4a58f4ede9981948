"""Notifications as an app asks for them: in every language, by pages, marked, and live."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any
from uuid import UUID

import pytest

from api.execution.context import Context
from api.execution.engine import Operation
from api.execution.request import Request
from domain.errors import Unauthenticated
from domain.members import Role
from domain.notifications import TOPICS
from infra.activity_log import partition_of
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from infra.pubsub import PubSub
from messaging.notifications import live
from tests.messaging.notifications.conftest import Office
from tests.support.clients import Clients

LIST = """query ($first: Int, $after: String, $unreadOnly: Boolean) { me {
  notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
    unreadCount pageInfo { hasNextPage endCursor }
    nodes { id kind title body link readAt subject { __typename id } }
} } }"""
MARK = """mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) {
  unreadCount userErrors { code field }
} }"""
SAID: dict[str, dict[str, Any]] = {
    "points.expiry_announced": {"amount": 120, "expiresAt": "2026-12-01T16:00:00+00:00"},
    "streak.repaired": {"key": "check_in", "day": "2026-11-11"},
    "tier.reached": {"tier": "gold", "level": 2, "from": "member", "fromLevel": 0},
    "tier.loss_announced": {"tier": "gold", "level": 2, "keptThrough": "2026-12-01",
                            "to": "member"},
    "membership.renewal_announced": {"membershipId": "x", "plan": "plus", "period": 1,
                                     "paidUntil": "2026-12-01T16:00:00+00:00"},
    "membership.payment_missed": {"membershipId": "x", "plan": "plus", "period": 1,
                                  "perksUntil": "2026-12-01T16:00:00+00:00"},
    "membership.ended": {"membershipId": "x", "plan": "plus", "period": 1},
    "badge.awarded": {"badge": "vinyl", "level": 2, "version": 1},
    "badge.revoked": {"badge": "vinyl", "level": 0, "from": 1},
    "challenge.milestone_reached": {"challenge": "run", "name": "双十一", "percent": 50},
    "challenge.completed": {"challenge": "run", "name": "双十一"},
    "challenge.ended": {"challenge": "run", "name": "双十一"},
    "season.placed": {"board": "spend", "name": "消费榜", "rank": 3, "score": 900},
    "coupon.given": {"couponKey": "five-off"},
    "reward.fulfilled": {"reward": "tote", "name": "帆布袋", "redemptionId": "x"},
    "like.received": {"postId": "p"},
    "like.discounted": {"postId": "p", "commentId": "c"},
    "comment.received": {"postId": "p", "commentId": "c", "reply": True},
    "member.followed": {"memberId": "x"},
    "post.featured": {"postId": "p"},
    "deal.succeeded": {"dealId": "x", "name": "帆布袋", "price": "7.50", "currency": "CNY"},
    "deal.failed": {"dealId": "x", "name": "帆布袋"},
    "referral.registered": {"referralId": "x"},
    "referral.qualified": {"referralId": "x"},
    "referral.rewarded": {"referralId": "x", "side": "REFEREE"},
    "referral.refused": {"referralId": "x", "refusal": "SAME_PERSON"},
    "moderation.decided": {"decisionId": "d", "subjectKind": "POST",
                           "subjectId": "p", "outcome": "published"},
    "moderation.undone": {"decisionId": "d", "subjectKind": "COMMENT", "outcome": "removed"},
    "report.upheld": {"reportId": "r", "subjectId": "p", "reason": "SPAM"},
    "report.dismissed": {"reportId": "r", "subjectId": "p", "reason": "SPAM"},
    "report.overturned": {"reportId": "r", "subjectId": "p", "reason": "SPAM"},
    "report.reopened": {"reportId": "r", "subjectId": "p", "reason": "SPAM"},
    "suspension.lifted": {},
}  # fmt: skip


async def listed(clients: Clients, who: str = "C-1", **variables: object) -> Any:  # noqa: ANN401
    return (await clients.ask(LIST, who, **variables))["me"]["notifications"]  # type: ignore[arg-type]


async def test_a_member_reads_what_happened_in_their_language(
    clients: Clients, office: Office
) -> None:
    row = await office.tier("gold", 2, 600)
    await office.befall("tier.reached", tier="gold", level=2)
    await office.catch_up()
    seen = {
        locale: (await clients.ask(LIST, "C-1", locale=locale))["me"]["notifications"]["nodes"][0]
        for locale in Locale
    }
    assert [one["title"] for one in seen.values()] == [
        "您已升级为 gold", "您已升級為 gold", "You have reached gold",
    ]  # fmt: skip
    one = seen[Locale.EN]
    tier = {"__typename": "Tier", "id": encode_id(Kind.TIER, row.id)}
    assert (one["kind"], one["link"], one["readAt"], one["subject"]) == (
        "TIER", "/tiers", None, tier,
    )  # fmt: skip


@pytest.mark.parametrize("type_", TOPICS)
async def test_every_topic_has_words_in_every_language(
    clients: Clients, office: Office, type_: str
) -> None:
    actor = encode_id(Kind.MEMBER, await office.member("C-2"))
    by_others = type_.startswith(("like.", "comment.", "member.", "referral."))
    said_of_it: dict[str, Any] = SAID[type_] | ({"actorId": actor} if by_others else {})
    await office.befall(type_, **said_of_it)
    await office.catch_up()
    said = set[str]()
    for locale in Locale:
        [one] = (await clients.ask(LIST, "C-1", locale=locale))["me"]["notifications"]["nodes"]
        assert one["kind"] == TOPICS[type_].kind
        assert one["link"].startswith("/")
        assert "{" not in one["title"] + one["body"]
        said.add(one["title"] + one["body"])
    assert len(said) == len(Locale)


@pytest.mark.parametrize(
    ("type_", "locale", "words"),
    [
        ("tier.loss_announced", Locale.ZH_CN, "2026年12月1日"),
        ("membership.renewal_announced", Locale.EN, "2026-12-01"),
        ("points.expiry_announced", Locale.ZH_TW, "120 點"),
        ("season.placed", Locale.ZH_CN, "900"),
    ],
)
async def test_days_and_numbers_are_told(
    clients: Clients, office: Office, type_: str, locale: Locale, words: str
) -> None:
    await office.befall(type_, **SAID[type_])
    await office.catch_up()
    [one] = (await clients.ask(LIST, "C-1", locale=locale))["me"]["notifications"]["nodes"]
    assert words in one["body"]


async def test_what_is_gone_is_called_by_its_key_and_leads_nowhere(
    clients: Clients, office: Office
) -> None:
    await office.befall("tier.reached", tier="platinum", level=9)
    await office.catch_up()
    [one] = (await listed(clients))["nodes"]
    assert (one["title"], one["subject"]) == ("You have reached platinum", None)


async def test_pages_come_newest_first(clients: Clients, office: Office) -> None:
    for n in range(5):
        await office.befall("challenge.completed", challenge=str(n), name=str(n))
    await office.catch_up()
    titles: list[str] = []
    after: str | None = None
    for expected in (True, True, False):
        page = await listed(clients, first=2, after=after)
        titles += [one["title"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is expected
        assert page["unreadCount"] == 5
    assert titles == [f"Challenge completed: {n}" for n in (4, 3, 2, 1, 0)]


async def test_what_is_marked_is_no_longer_among_the_unread(
    clients: Clients, office: Office
) -> None:
    for n in range(3):
        await office.befall("challenge.completed", challenge=str(n), name=str(n))
    await office.catch_up()
    first = (await listed(clients))["nodes"][0]["id"]
    for _ in range(2):
        done = await clients.ask(MARK, "C-1", input={"ids": [first]})
        assert done["markNotificationsRead"] == {"unreadCount": 2, "userErrors": []}
    left = await listed(clients, unreadOnly=True)
    assert (len(left["nodes"]), left["unreadCount"]) == (2, 2)
    done = await clients.ask(MARK, "C-1", input={"all": True})
    assert done["markNotificationsRead"]["unreadCount"] == 0


@pytest.mark.parametrize("id_", ["x", encode_id(Kind.TIER, UUID(int=7))])
async def test_what_is_no_notification_of_mine_is_not_found(clients: Clients, id_: str) -> None:
    done = await clients.ask(MARK, "C-1", input={"ids": [id_]})
    assert done["markNotificationsRead"] == {
        "unreadCount": 0, "userErrors": [{"code": "NOT_FOUND", "field": ["ids", "0"]}],
    }  # fmt: skip


async def test_notifications_are_for_the_member_and_the_shop(
    clients: Clients, office: Office
) -> None:
    await office.befall("challenge.completed", challenge="c", name="c")
    [row] = await office.catch_up()
    member = encode_id(Kind.MEMBER, await office.member())
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Member { notifications { nodes { title } } } ... on Notification { title } } }"""
    ids = [member, encode_id(Kind.NOTIFICATION, row.id)]
    words = {"title": "Challenge completed: c"}
    for who, roles, seen in (("C-1", (), True), (None, (Role.ADMIN,), True), ("C-2", (), False)):
        data = await clients.ask(query, who, *roles, ids=ids)
        expected = [{"notifications": {"nodes": [words]}}, words]
        assert data["nodes"] == (expected if seen else [{"notifications": None}, None])


async def test_visitors_have_none(clients: Clients) -> None:
    assert await clients.raised(MARK, None, input={"all": True}) == [Unauthenticated]


async def test_a_notification_is_received_live(clients: Clients, office: Office) -> None:
    viewer = await clients._viewer("C-1", ())  # pyright: ignore[reportPrivateUsage]
    query = "subscription { notificationReceived { kind title } }"
    operation = await clients.engine.prepare(Request(query, None, {}))
    assert isinstance(operation, Operation)
    context = Context(viewer, Locale.EN, "request", clients.services)
    async with aclosing(clients.engine.subscribe(operation, lambda: context)) as events:
        coming = asyncio.ensure_future(anext(events))
        await listening(office, "C-1")
        await office.befall("challenge.completed", "C-2", challenge="d", name="d")
        await office.befall("challenge.completed", challenge="c", name="c")
        await office.catch_up()
        async with asyncio.timeout(30):
            outcome = await coming
    assert outcome.data == {
        "notificationReceived": {"kind": "CHALLENGE", "title": "Challenge completed: c"}
    }


async def listening(office: Office, ref: str) -> None:
    """Returns when somebody in this process hears what this member is told."""
    topic = live.topic_of(partition_of(await office.member(ref)))
    pubsub: PubSub = office.platform.pubsub
    async with asyncio.timeout(30):
        while topic not in pubsub._listeners:  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0.01)
    async with pubsub.listen("ready"):  # Redis answers one after the other
        return
