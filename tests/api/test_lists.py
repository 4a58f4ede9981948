"""Longer lists take no more trips: a slice that loads children one by one fails here.

A slice with a list of its own adds a test: the same query with one item and with twenty.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.activity import Activity
from domain.boards import BoardDraft, Period
from domain.coupons import DiscountKind
from domain.members import Role
from domain.metrics import Measure, MetricDefinition
from gamification.coupons import designing
from gamification.coupons.designing import TemplateDraft
from gamification.leaderboards import jobs, service
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from infra.ids import Kind, encode_id, new_id
from infra.platform import Platform
from tests.messaging.notifications.conftest import read_log
from tests.support.reward_counter import RewardCounter
from tests.support.shop import Shop
from tests.support.trips import Asked, Trips, counted, trips_of

ADMIN = frozenset({Role.ADMIN})
MANY = 20
ZONE = ZoneInfo("Asia/Shanghai")
METRIC = MetricDefinition(("order.paid",), None, Measure.SUM, "total")

MEMBER = "member { handle tier { name } points { available entries(first: 2) { nodes { id } } } }"
ENTRY = f"rank score {MEMBER}"
STATEMENT = """query ($first: Int) { me { points { entries(first: $first) { nodes {
  description
  explanation {
    ruleVersion rule { name spent failureCount } steps { label }
    activity { type member { handle tier { name } } }
  }
} } } } }"""
BOARD = f"""key size viewerGap me {{ {ENTRY} }} top(first: $first) {{ {ENTRY} }}
  around(radius: 2) {{ {ENTRY} }} pastSeasons {{ nodes {{ name top {{ {ENTRY} }} }} }}
  season {{ name top(first: 2) {{ {ENTRY} }} entry(memberId: $member) {{ rank }} }}"""
INGEST = """mutation ($input: IngestActivitiesInput!) { ingestActivities(input: $input) {
  results { outcome activity { type member { handle tier { name } } } }
} }"""
BOARDS = f"query ($first: Int, $member: ID!) {{ leaderboards {{ {BOARD} }} }}"
COUPONS = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member {
  coupons(first: 2) { totalCount nodes { code state template { name issued } } } } } }"""
NODES = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id
  ... on Member {{ handle tier {{ name }} points {{ available }} }}
  ... on LeaderboardSeason {{ top(first: 2) {{ {ENTRY} }} }}
  ... on Leaderboard {{ season {{ name }} }}
  ... on PointsEntry {{ description }} ... on EarnRule {{ spent }} ... on Tier {{ name }}
}} }}"""


@pytest.fixture
def shop(platform: Platform, programmes: Programmes) -> Shop:
    return Shop(platform, programmes)


async def compare(shop: Shop, few: Asked, many: Asked) -> tuple[Any, Any]:
    """The data of both, which take the same trips."""
    small, trips = await trips_of(few, shop.platform, shop.programmes)
    large, more = await trips_of(many, shop.platform, shop.programmes)
    assert_no_more(more, trips)
    return small, large


def assert_no_more(many: list[Trips], few: list[Trips]) -> None:
    """Whoever loads one by one takes a trip for each further item.

    A few more or less are a matter of what is asked for in one turn of the loop.
    """
    for more, less in zip(many, few, strict=True):
        assert more.total() - less.total() < MANY // 2, more - less


async def boards(shop: Shop, *keys: str) -> None:
    """Boards of the day, on which everybody's orders count from now on."""
    for key in keys:
        draft = BoardDraft(key, key, "CNY", Period.DAY, METRIC)
        await service.save(
            shop.platform,
            draft,
            zone=ZONE,
            names=lambda _: frozenset(),
            changed=programme_store.bump,
        )


async def orders(shop: Shop, members: int, *, day: str = "today", **more: Any) -> None:  # noqa: ANN401
    """An order of each member, seen on the boards."""
    numbers = range(1, members + 1)
    await shop.tell(*(shop.paid(f"{day}-{n}", f"{n}0.00", f"C-{n}", **more) for n in numbers))
    await jobs.keep_boards(shop.platform, ZONE)


async def as_admin(shop: Shop, query: str, **variables: object) -> Asked:
    return Asked(query, variables, await shop.member(), ADMIN)


async def test_a_statement(shop: Shop) -> None:
    await shop.rule("orders", "10")
    await shop.tell(*(shop.paid(f"o-{n}", "10.00") for n in range(MANY)))
    few, many = [Asked(STATEMENT, {"first": n}, await shop.member()) for n in (1, MANY)]
    _, data = await compare(shop, few, many)
    assert len(data["me"]["points"]["entries"]["nodes"]) == MANY


async def test_the_places_of_a_board(shop: Shop) -> None:
    await boards(shop, "day")
    await orders(shop, MANY)
    me = encode_id(Kind.MEMBER, await shop.member())
    few, many = [await as_admin(shop, BOARDS, first=n, member=me) for n in (1, MANY)]
    _, data = await compare(shop, few, many)
    assert len(data["leaderboards"][0]["top"]) == MANY


@pytest.mark.parametrize("copied", [True, False])
async def test_boards(shop: Shop, copied: bool) -> None:  # noqa: FBT001
    await boards(shop, "b-0")
    await orders(shop, 3, day="before", at=shop.now - timedelta(days=1))
    await orders(shop, 3)
    asked = await as_admin(
        shop, BOARDS, first=3, member=encode_id(Kind.MEMBER, await shop.member())
    )
    data, few = await trips_to(shop, asked, copied=copied)
    assert data["leaderboards"][0]["pastSeasons"]["nodes"]
    await boards(shop, *(f"b-{n}" for n in range(1, MANY)))
    await orders(shop, 3, day="later")
    data, many = await trips_to(shop, asked, copied=copied)
    assert [len(board["top"]) for board in data["leaderboards"]] == [3] * MANY
    assert_no_more(many, few)


async def trips_to(shop: Shop, asked: Asked, *, copied: bool) -> tuple[Any, list[Trips]]:
    if not copied:
        await shop.platform.redis.flushdb()
    return await trips_of(asked, shop.platform, shop.programmes)


async def test_rules_and_tiers(shop: Shop) -> None:
    query = "{ earnRules { name spent failureCount } tiers { name level } }"
    await shop.rule("r-0", "1")
    await shop.tell(shop.paid("o-1", "1.00"))
    asked = await as_admin(shop, query)
    _, few = await trips_of(asked, shop.platform, shop.programmes)
    for n in range(1, MANY):
        await shop.rule(f"r-{n}", "1")
        await shop.tier(f"t-{n}", n, n)
    data, many = await trips_of(asked, shop.platform, shop.programmes)
    assert (len(data["earnRules"]), len(data["tiers"])) == (MANY, MANY)
    assert_no_more(many, few)


async def test_the_coupons_of_members(shop: Shop) -> None:
    await designing.save_template(
        shop.platform,
        TemplateDraft("gift", "gift", DiscountKind.GIFT, None, None, 30),
        currency="CNY",
        changed=programme_store.bump,
    )
    await shop.rule("orders", "10", coupon_key="gift")
    await orders(shop, MANY)
    ids = [encode_id(Kind.MEMBER, await shop.member(f"C-{n}")) for n in range(1, MANY + 1)]
    few, many = [await as_admin(shop, COUPONS, ids=some) for some in (ids[:1], ids)]
    _, data = await compare(shop, few, many)
    assert [one["coupons"]["totalCount"] for one in data["nodes"]] == [1] * MANY


async def test_nodes_by_their_ids(shop: Shop) -> None:
    await boards(shop, "b-0")
    await shop.rule("orders", "10")
    await orders(shop, MANY)
    members = [encode_id(Kind.MEMBER, await shop.member(f"C-{n}")) for n in range(1, MANY + 1)]
    entries = [
        encode_id(Kind.POINTS_ENTRY, await shop.member(f"C-{n}"), 1) for n in range(1, MANY + 1)
    ]
    others = await nodes_of(shop)
    few = await as_admin(shop, NODES, ids=[members[0], entries[0], *others])
    many = await as_admin(shop, NODES, ids=[*members, *entries, *others])
    _, data = await compare(shop, few, many)
    assert all(data["nodes"])


async def nodes_of(shop: Shop) -> list[str]:
    """The ids of everything else that there is."""
    query = "{ leaderboards { id season { id } } earnRules { id } tiers { id } }"
    data, _ = await trips_of(await as_admin(shop, query), shop.platform, shop.programmes)
    board = data["leaderboards"][0]
    rest = [*data["earnRules"], *data["tiers"]]
    return [board["id"], board["season"]["id"], *(one["id"] for one in rest)]


async def test_reported_activities(shop: Shop) -> None:
    few, many = [
        Asked(
            INGEST,
            {"input": {"activities": [visit(n) for n in range(count)]}},
            *(await shop.join("Till")),
            frozenset({Role.SERVICE}),
        )
        for count in (1, MANY)
    ]
    _, data = await compare(shop, few, many)  # reported before, so that nothing is written
    results = data["ingestActivities"]["results"]
    assert [one["outcome"] for one in results] == ["DUPLICATE"] * MANY


def visit(number: int) -> dict[str, object]:
    return {
        "type": "store.visited", "source": "shop", "externalId": f"v-{number}",
        "customerRef": f"C-{number}", "occurredAt": "2026-03-01T08:30:00Z",
    }  # fmt: skip


async def test_loading_one_by_one_is_noticed(platform: Platform) -> None:
    with counted() as trips:
        for n in range(3):
            await platform.database.fetchval("SELECT $1::int", n)
            await platform.redis.get(str(n))
    assert trips.count("redis") == 3
    assert len(trips) == 6


REWARDS = """query ($first: Int) { rewards(first: $first) { totalCount nodes {
  key minimumTier { name } viewerIneligibility { code } viewerMissingPoints sales { taken }
} } }"""
REDEEMED = """query ($first: Int) { redemptions(first: $first) { totalCount nodes {
  reward { key minimumTier { name } } coupon { code } member { handle
    redemptions(first: 2) { totalCount nodes { reward { key } } }
  }
} } }"""


async def test_rewards_and_redemptions(shop: Shop) -> None:
    counter = RewardCounter(shop)
    await counter.enrol(*(f"C-{n}" for n in range(1, MANY + 1)))
    rows = [await counter.offer(f"r-{n}", minimum_tier="member") for n in range(MANY)]
    for number, row in enumerate(rows, 1):
        await counter.redeem(row, f"C-{number}")
    for query, name in ((REWARDS, "rewards"), (REDEEMED, "redemptions")):
        few, many = [await as_admin(shop, query, first=n) for n in (1, MANY)]
        _, data = await compare(shop, few, many)
        assert len(data[name]["nodes"]) == MANY


async def test_streaks_of_many_members(shop: Shop) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { streaks { current } } } }"
    for n in range(MANY):
        await shop.tell(shop.report("day.checked_in", str(n), f"C-{n}"))
    ids = [encode_id(Kind.MEMBER, await shop.member(f"C-{n}")) for n in range(MANY)]
    few, many = [Asked(query, {"ids": ids[:n]}, await shop.member("C-0"), ADMIN) for n in (1, MANY)]
    _, data = await compare(shop, few, many)
    assert [one["streaks"] for one in data["nodes"]] == [[{"current": 1}]] * MANY


async def test_notifications(shop: Shop) -> None:
    query = """query ($first: Int) { me { notifications(first: $first) {
      unreadCount nodes { title body link subject { id } } } } }"""
    keys = [f"t-{n}" for n in range(1, MANY + 1)]
    for n, key in enumerate(keys, 1):
        await shop.tier(key, n, n)
    [member] = await shop.join("C-1")
    now = await shop.platform.clock.now()
    for key in keys:
        await shop.record(
            Activity(new_id(), member, "tier.loss_announced", "laurels", key, now, now,
                     {"tier": key, "keptThrough": "2026-12-01"})
        )  # fmt: skip
        await read_log(shop)
    few, many = [Asked(query, {"first": n}, member) for n in (1, MANY)]
    _, data = await compare(shop, few, many)
    assert all(one["subject"] for one in data["me"]["notifications"]["nodes"])
