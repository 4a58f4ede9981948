"""Follows and blocks as clients meet them."""

from typing import Any

import pytest

from domain.boards import BoardDraft, Period
from domain.errors import Unauthenticated
from domain.members import Role
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import lookback, service
from gamification.programme import store as programme_store
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.support.shop import SHANGHAI

Clients = Any
MEMBER = "member { followerCount viewerFollows viewerBlocks } userErrors { code field message }"


async def id_of(clients: Clients, who: str) -> str:
    return encode_id(Kind.MEMBER, await clients.shop.member(who))


async def do(clients: Clients, verb: str, who: str, whom: str, **more: Any) -> Any:  # noqa: ANN401
    query = f"mutation ($id: ID!) {{ {verb}(input: {{memberId: $id}}) {{ {MEMBER} }} }}"
    return (await clients.ask(query, who, id=await id_of(clients, whom), **more))[verb]


async def test_a_follow_shows_in_counts_and_lists(clients: Clients) -> None:
    done = await do(clients, "followMember", "ana", "bo")
    assert done["member"] == {"followerCount": 1, "viewerFollows": True, "viewerBlocks": False}
    await do(clients, "followMember", "cy", "bo")
    seen = await clients.ask(
        """query ($id: ID!) { node(id: $id) { ... on Member { followerCount viewerFollows
        followers(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }
        following { totalCount edges { node { id } } } } } }""",
        id=await id_of(clients, "bo"),
    )
    assert seen["node"] == {
        "followerCount": 2,
        "viewerFollows": False,
        "followers": {
            "totalCount": 2,
            "nodes": [{"id": await id_of(clients, "cy")}],
            "pageInfo": {"hasNextPage": True},
        },
        "following": {"totalCount": 0, "edges": []},
    }


async def test_who_is_blocked_is_told_to_the_member_alone(clients: Clients) -> None:
    await do(clients, "followMember", "ana", "bo")
    done = await do(clients, "blockMember", "ana", "bo")
    assert done["member"] == {"followerCount": 0, "viewerFollows": False, "viewerBlocks": True}
    query = "query ($id: ID!) { node(id: $id) { ... on Member { blocked { nodes { id } } } } }"
    ana, bo = await id_of(clients, "ana"), await id_of(clients, "bo")
    assert (await clients.ask(query, "ana", id=ana))["node"]["blocked"] == {"nodes": [{"id": bo}]}
    assert (await clients.ask(query, "bo", id=ana))["node"]["blocked"] is None
    await do(clients, "unblockMember", "ana", "bo")
    assert (await clients.ask(query, "ana", id=ana))["node"]["blocked"] == {"nodes": []}


@pytest.mark.parametrize("verb", ["followMember", "unfollowMember", "blockMember", "unblockMember"])
async def test_an_id_of_another_kind_is_not_found(clients: Clients, verb: str) -> None:
    query = f"mutation ($id: ID!) {{ {verb}(input: {{memberId: $id}}) {{ {MEMBER} }} }}"
    for wrong in ("nonsense", encode_id(Kind.BADGE, await clients.shop.member("bo"))):
        [error] = (await clients.ask(query, "ana", id=wrong))[verb]["userErrors"]
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["memberId"])
    variables = {"id": await id_of(clients, "bo")}
    assert await clients.raised(query, None, **variables) == [Unauthenticated]


@pytest.mark.parametrize("locale", list(Locale))
async def test_refusals_are_in_the_readers_language(clients: Clients, locale: Locale) -> None:
    await do(clients, "blockMember", "bo", "ana")
    say = clients.services.platform.catalogue.say
    for verb, whom, reason in (
        ("followMember", "bo", "follow.blocked"),
        ("followMember", "ana", "follow.self"),
        ("blockMember", "ana", "block.self"),
    ):
        [error] = (await do(clients, verb, "ana", whom, locale=locale))["userErrors"]
        assert (error["code"], error["message"]) == ("NOT_ALLOWED", say(reason, locale))


async def a_board(clients: Clients) -> None:
    shop = clients.shop
    metric = MetricDefinition(("order.paid",), None, Measure.SUM, "total")
    await service.save(
        shop.platform,
        BoardDraft(key="spent", name="Spent", unit="CNY", period=Period.ALL_TIME, metric=metric),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )
    current, bind = shop.programmes.current, shop.programmes.expressions.bind
    while await lookback.fill_next(shop.platform, current, bind):
        pass


FOLLOWING = """query ($first: Int) { leaderboard(key: "spent") {
  following(first: $first) { rank score member { id } } } }"""


async def following(clients: Clients, who: str | None, **more: Any) -> Any:  # noqa: ANN401
    return (await clients.ask(FOLLOWING, who, **more))["leaderboard"]["following"]


async def test_a_board_shows_those_one_follows_with_their_ranks_among_all(
    clients: Clients,
) -> None:
    await a_board(clients)
    shop = clients.shop
    await shop.join("dee")
    for n, ref in enumerate(("cy", "bo", "ana", "dee")):
        await shop.tell(shop.paid(f"A-{n}", str(100 - n), ref))
    await do(clients, "followMember", "ana", "cy")
    await do(clients, "followMember", "ana", "dee")
    places = [("cy", 1, 100), ("ana", 3, 98), ("dee", 4, 97)]
    expected = [
        {"rank": rank, "score": score, "member": {"id": await id_of(clients, ref)}}
        for ref, rank, score in places
    ]
    assert await following(clients, "ana") == expected
    assert await following(clients, "ana", first=2) == expected[:2]
    assert await following(clients, "bo") == [
        {"rank": 2, "score": 99, "member": {"id": await id_of(clients, "bo")}}
    ]
    assert await following(clients, None) is None


async def test_who_left_the_board_is_not_among_those_one_follows(clients: Clients) -> None:
    await a_board(clients)
    shop = clients.shop
    for n, ref in enumerate(("ana", "bo", "cy")):
        await shop.tell(shop.paid(f"A-{n}", str(100 - n), ref))
    for whom in ("bo", "cy"):
        await do(clients, "followMember", "ana", whom)
    hide = "mutation { setLeaderboardVisibility(input: {shown: false}) { shown } }"
    await clients.ask(hide, "bo", Role.SHOPPER)
    ids = [one["member"]["id"] for one in await following(clients, "ana")]
    assert ids == [await id_of(clients, "ana"), await id_of(clients, "cy")]
    assert len(await following(clients, "bo")) == 1
