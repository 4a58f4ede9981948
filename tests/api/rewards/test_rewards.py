"""Rewards as clients see them: the catalogue, why not, redeeming, and what the shop hands over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.badges import BadgeDraft
from domain.errors import Forbidden, Unauthenticated
from domain.members import Role
from domain.metrics import Measure, MetricDefinition
from domain.rewards import RewardKind
from gamification.badges import service
from gamification.programme import store as programme_store
from gamification.rewards.store import RewardRow
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.support.clients import Clients
from tests.support.reward_counter import RewardCounter
from tests.support.shop import SHANGHAI

HOUR = timedelta(hours=1)
ERRORS = "userErrors { code message field }"
LIST = """query ($first: Int, $after: String) { rewards(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes {
    key stock sales { offered taken cancelled fulfilled } minimumTier { key }
    viewerMissingPoints viewerIneligibility { code message field }
} } }"""
SAVE = f"""mutation ($input: RewardInput!) {{ saveReward(input: $input) {{
  reward {{ id key name kind cost stock perMemberLimit badgeKey minimumTier {{ key }} }} {ERRORS}
}} }}"""
REDEEM = f"""mutation ($input: RedeemRewardInput!) {{ redeemReward(input: $input) {{
  redemption {{ id cost state reward {{ key stock }} coupon {{ code state }} }}
  points {{ available }} {ERRORS}
}} }}"""
CANCEL = f"""mutation ($input: RedemptionRefInput!) {{ cancelRedemption(input: $input) {{
  redemption {{ state coupon {{ state }} }} points {{ available }} {ERRORS}
}} }}"""
FULFIL = f"""mutation ($input: RedemptionRefInput!) {{ fulfilRedemption(input: $input) {{
  redemption {{ state endedAt }} {ERRORS}
}} }}"""
MINE = """query ($first: Int, $after: String) { me { redemptions(first: $first, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } nodes { reward { key } state }
} } }"""
OWED = """{ redemptions { totalCount nodes { id reward { key kind } member { handle } } } }"""
GIFT = {"key": "mug", "name": "Mug", "description": "", "kind": "GIFT", "cost": 10, "stock": 5}


def id_of(row: RewardRow) -> str:
    return encode_id(Kind.REWARD, row.reward.id)


async def redeem(clients: Clients, row: RewardRow, who: str = "C-1", key: str = "k") -> Any:  # noqa: ANN401
    given = {"rewardId": id_of(row), "idempotencyKey": key}
    return (await clients.ask(REDEEM, who, input=given))["redeemReward"]


async def test_a_reward_is_put_on_sale_and_changed_by_its_key(clients: Clients) -> None:
    saved = (await clients.ask(SAVE, None, Role.ADMIN, input=GIFT))["saveReward"]["reward"]
    assert (saved["stock"], saved["perMemberLimit"], saved["minimumTier"]) == (5, None, None)
    more = GIFT | {"stock": 8, "perMemberLimit": 2, "minimumTierKey": "member"}
    again = (await clients.ask(SAVE, None, Role.ADMIN, input=more))["saveReward"]["reward"]
    assert (again["id"], again["stock"], again["perMemberLimit"]) == (saved["id"], 8, 2)
    assert again["minimumTier"] == {"key": "member"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "No Key"}, "key"),
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"cost": -1}, "cost"),
        ({"stock": -1}, "stock"),
        ({"perMemberLimit": 0}, "perMemberLimit"),
        ({"minimumTierKey": "nobody"}, "minimumTierKey"),
        ({"kind": "COUPON"}, "couponKey"),
        ({"couponKey": "off"}, "couponKey"),
        ({"kind": "COUPON", "couponKey": "unknown"}, "couponKey"),
        ({"badgeKey": "star"}, "badgeKey"),
        ({"startsAt": "2026-03-02T00:00:00Z", "endsAt": "2026-03-01T00:00:00Z"}, "endsAt"),
    ],
)
async def test_a_reward_that_makes_no_sense_is_refused(
    clients: Clients, wrong: dict[str, object], field: str
) -> None:
    answer = (await clients.ask(SAVE, None, Role.ADMIN, input=GIFT | wrong))["saveReward"]
    assert [(one["code"], one["field"]) for one in answer["userErrors"]] == [("INVALID", [field])]
    assert answer["reward"] is None


async def test_a_badge_reward_is_of_its_own_badge_unless_it_says_another(clients: Clients) -> None:
    badge = GIFT | {"kind": "BADGE"}
    for given, shown in (({}, "mug"), ({"badgeKey": "star"}, "star")):
        answer = await clients.ask(SAVE, None, Role.ADMIN, input=badge | given)
        assert answer["saveReward"]["reward"]["badgeKey"] == shown


async def test_shoppers_see_what_is_on_sale_or_announced_and_admins_all(
    clients: Clients, counter: RewardCounter
) -> None:
    now = await counter.shop.platform.clock.now()
    await counter.offer("now", stock=3)
    await counter.offer("soon", starts_at=now + HOUR)
    await counter.offer("over", ends_at=now - HOUR)
    for who, roles, shown in (
        (None, (), ["soon", "now"]),
        ("C-1", (), ["soon", "now"]),
        (None, (Role.ADMIN,), ["over", "soon", "now"]),
    ):
        found = (await clients.ask(LIST, who, *roles))["rewards"]
        assert ([one["key"] for one in found["nodes"]], found["totalCount"]) == (shown, len(shown))


async def test_the_catalogue_is_paged(clients: Clients, counter: RewardCounter) -> None:
    for number in range(5):
        await counter.offer(f"r-{number}")
    seen: list[str] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        found = (await clients.ask(LIST, "C-1", first=2, after=page["endCursor"]))["rewards"]
        seen += [one["key"] for one in found["nodes"]]
        page = found["pageInfo"]
    assert seen == ["r-4", "r-3", "r-2", "r-1", "r-0"]


@pytest.mark.parametrize(
    ("terms", "code", "missing", "sentences"),
    [
        (
            {"cost": 130},
            "INSUFFICIENT_POINTS",
            30,
            ("还差 30 积分，当前可用 100 分。", "還差 30 點，目前可用 100 點。",
             "You need 30 more points; 100 are available."),
        ),
        (
            {"stock": 0},
            "OUT_OF_STOCK",
            0,
            ("已兑完。", "已兌換完畢。", "Nothing is left of this reward."),
        ),
        (
            {"minimum_tier": "gold"},
            "NOT_ELIGIBLE",
            0,
            ("需达到“gold”等级才能兑换。", "需達到「gold」等級才能兌換。",
             "This reward is for gold and above."),
        ),
        (
            {"starts_at": HOUR},
            "NOT_STARTED",
            0,
            ("尚未开始兑换。", "尚未開始兌換。", "This reward is not on sale yet."),
        ),
        (
            {"per_member_limit": 1},
            "LIMIT_REACHED",
            0,
            ("每人限兑 1 份，您已达上限。", "每人限兌 1 份，您已達上限。",
             "You already have as many as one member can have: 1."),
        ),
    ],
)  # fmt: skip
async def test_the_catalogue_and_the_refusal_give_the_same_reason_in_three_languages(
    clients: Clients,
    counter: RewardCounter,
    terms: dict[str, Any],
    code: str,
    missing: int,
    sentences: tuple[str, str, str],
) -> None:
    await counter.shop.tier("gold", 1, 1000)
    now = await counter.shop.platform.clock.now()
    times = {name: now + at for name, at in terms.items() if isinstance(at, timedelta)}
    row = await counter.offer(**({"cost": 0} | terms | times))
    if "per_member_limit" in terms:
        await redeem(clients, row, key="first")
    given = {"rewardId": id_of(row), "idempotencyKey": "k"}
    for locale, sentence in zip((Locale.ZH_CN, Locale.ZH_TW, Locale.EN), sentences, strict=True):
        shown = (await clients.ask(LIST, "C-1", locale=locale))["rewards"]["nodes"][0]
        assert shown["viewerIneligibility"] == {"code": code, "message": sentence, "field": None}
        assert shown["viewerMissingPoints"] == missing
        refused = await clients.ask(REDEEM, "C-1", locale=locale, input=given)
        assert refused["redeemReward"]["userErrors"] == [shown["viewerIneligibility"]]


async def test_a_sale_that_is_over_says_so_to_admins_and_to_late_members(
    clients: Clients, counter: RewardCounter
) -> None:
    now = await counter.shop.platform.clock.now()
    row = await counter.offer(ends_at=now - HOUR)
    assert (await redeem(clients, row))["userErrors"] == [
        {"code": "ENDED", "message": "The sale of this reward is over.", "field": None}
    ]


async def test_who_may_redeem_is_told_nothing_and_a_visitor_neither(
    clients: Clients, counter: RewardCounter
) -> None:
    await counter.offer()
    for who, missing in (("C-1", 0), (None, None)):
        shown = (await clients.ask(LIST, who))["rewards"]["nodes"][0]
        assert (shown["viewerIneligibility"], shown["viewerMissingPoints"]) == (None, missing)


async def test_how_a_sale_goes_is_for_admins(clients: Clients, counter: RewardCounter) -> None:
    row = await counter.offer(stock=5)
    first, second = [await counter.redeem(row) for _ in range(2)]
    await counter.cancel(first)
    await counter.fulfil(second)
    sales = {"offered": 5, "taken": 1, "cancelled": 1, "fulfilled": 1}
    for roles, shown in (((Role.ADMIN,), sales), ((), None)):
        found = (await clients.ask(LIST, "C-1", *roles))["rewards"]["nodes"][0]
        assert (found["stock"], found["sales"]) == (4, shown)


async def test_redeeming_twice_with_one_key_gives_the_same(
    clients: Clients, counter: RewardCounter
) -> None:
    row = await counter.offer(stock=3)
    first, again = [await redeem(clients, row) for _ in range(2)]
    assert first == again
    assert first["redemption"]["reward"] == {"key": "mug", "stock": 2}
    assert first["points"] == {"available": 90}


async def test_a_coupon_reward_issues_a_coupon_which_cancelling_voids(
    clients: Clients, counter: RewardCounter
) -> None:
    row = await counter.offer_coupon()
    made = await redeem(clients, row)
    assert made["redemption"]["coupon"]["state"] == "USABLE"
    ref = {"redemptionId": made["redemption"]["id"]}
    answer = (await clients.ask(CANCEL, "C-1", input=ref))["cancelRedemption"]
    assert answer["redemption"] == {"state": "CANCELLED", "coupon": {"state": "VOID"}}
    assert answer["points"] == {"available": 100}


async def test_a_redemption_whose_coupon_was_used_stays(
    clients: Clients, counter: RewardCounter
) -> None:
    made = (await redeem(clients, await counter.offer_coupon()))["redemption"]
    await counter.use_coupon(made["coupon"]["code"])
    answer = await clients.ask(CANCEL, "C-1", input={"redemptionId": made["id"]})
    (error,) = answer["cancelRedemption"]["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_ALLOWED", ["redemptionId"])
    assert await counter.shop.available() == 90


async def test_a_coupon_template_that_is_used_up_is_out_of_stock(
    clients: Clients, counter: RewardCounter
) -> None:
    row = await counter.offer_coupon(stock=1)
    answers = [await redeem(clients, row, who) for who in ("C-1", "C-2")]
    assert [one["userErrors"] and one["userErrors"][0]["code"] for one in answers] == [
        [], "OUT_OF_STOCK",
    ]  # fmt: skip
    assert await counter.shop.available("C-2") == 100


async def test_the_shop_reads_what_it_owes_and_says_what_it_handed_over(
    clients: Clients, counter: RewardCounter
) -> None:
    rows = [await counter.offer(key) for key in ("mug", "bag")]
    made = [await redeem(clients, row, key=row.reward.key) for row in rows]
    owed = (await clients.ask(OWED, None, Role.SERVICE))["redemptions"]
    assert [one["reward"]["key"] for one in owed["nodes"]] == ["mug", "bag"]
    ref = {"redemptionId": made[0]["redemption"]["id"]}
    for _ in range(2):
        answer = (await clients.ask(FULFIL, None, Role.SERVICE, input=ref))["fulfilRedemption"]
        assert (answer["redemption"]["state"], answer["userErrors"]) == ("FULFILLED", [])
    assert (await clients.ask(OWED, None, Role.SERVICE))["redemptions"]["totalCount"] == 1
    refused = (await clients.ask(CANCEL, "C-1", input=ref))["cancelRedemption"]["userErrors"]
    assert [one["code"] for one in refused] == ["NOT_ALLOWED"]


async def test_a_cancelled_redemption_cannot_be_handed_over(
    clients: Clients, counter: RewardCounter
) -> None:
    ref = {"redemptionId": (await redeem(clients, await counter.offer()))["redemption"]["id"]}
    for _ in range(2):
        done = (await clients.ask(CANCEL, None, Role.ADMIN, input=ref))["cancelRedemption"]
        assert (done["redemption"]["state"], done["userErrors"]) == ("CANCELLED", [])
    refused = (await clients.ask(FULFIL, None, Role.ADMIN, input=ref))["fulfilRedemption"]
    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]


async def test_a_member_pages_through_what_they_redeemed(
    clients: Clients, counter: RewardCounter
) -> None:
    for key in ("a", "b", "c"):
        await redeem(clients, await counter.offer(key), key=key)
    first = (await clients.ask(MINE, "C-1", first=2))["me"]["redemptions"]
    assert (first["totalCount"], [one["reward"]["key"] for one in first["nodes"]]) == (
        3, ["c", "b"],
    )  # fmt: skip
    after = first["pageInfo"]["endCursor"]
    rest = (await clients.ask(MINE, "C-1", first=2, after=after))["me"]["redemptions"]
    assert [one["reward"]["key"] for one in rest["nodes"]] == ["a"]


async def test_what_others_redeemed_is_nobodys_business(
    clients: Clients, counter: RewardCounter
) -> None:
    made = (await redeem(clients, await counter.offer()))["redemption"]["id"]
    query = """query ($id: ID!, $member: ID!) { node(id: $id) { id }
      member: node(id: $member) { ... on Member { redemptions { totalCount } } } }"""
    given = {"id": made, "member": encode_id(Kind.MEMBER, await counter.shop.member())}
    assert await clients.ask(query, "C-2", **given) == {
        "node": None, "member": {"redemptions": None},
    }  # fmt: skip
    answer = await clients.ask(CANCEL, "C-2", input={"redemptionId": made})
    assert [one["code"] for one in answer["cancelRedemption"]["userErrors"]] == ["NOT_FOUND"]
    assert (await clients.ask(query, "C-1", **given))["node"] == {"id": made}


async def test_designing_and_fulfilling_are_for_staff_and_redeeming_for_members(
    clients: Clients, counter: RewardCounter
) -> None:
    row = await counter.offer()
    ref = {"redemptionId": (await redeem(clients, row))["redemption"]["id"]}
    given = {"rewardId": id_of(row), "idempotencyKey": "k"}
    assert await clients.raised(SAVE, "C-1", Role.SERVICE, input=GIFT) == [Forbidden]
    assert await clients.raised(FULFIL, "C-1", input=ref) == [Forbidden]
    assert await clients.raised(OWED, "C-1") == [Forbidden]
    assert await clients.raised(REDEEM, None, input=given) == [Unauthenticated]


@pytest.mark.parametrize(
    "id_", ["", "nonsense", encode_id(Kind.TIER, UUID(int=1)), encode_id(Kind.REWARD, UUID(int=1))]
)
async def test_an_id_of_nothing_or_of_something_else_is_not_found(
    clients: Clients, id_: str
) -> None:
    answer = await clients.ask(REDEEM, "C-1", input={"rewardId": id_, "idempotencyKey": "k"})
    (error,) = answer["redeemReward"]["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["rewardId"])


async def test_a_badge_shows_its_picture_and_a_gift_has_none(
    clients: Clients, counter: RewardCounter
) -> None:
    shop = counter.shop
    await service.save_badge(
        shop.platform,
        shop.programmes.expressions,
        BadgeDraft(
            "star", "Star", "Shines", MetricDefinition(("order.paid",), None, Measure.COUNT), (3,)
        ),
        zone=SHANGHAI,
        changed=programme_store.bump,
    )
    await counter.offer()
    for key in ("star", "to-come"):
        await counter.offer(key, kind=RewardKind.BADGE, badge_key=key)
    data = await clients.ask("{ rewards { nodes { key image { url } } } badges { image { url } } }")
    images = {one["key"]: one["image"] for one in data["rewards"]["nodes"]}
    assert images == {"mug": None, "to-come": None, "star": data["badges"][0]["image"]}
    assert images["star"]["url"].startswith("/media/")
