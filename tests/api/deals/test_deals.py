"""Deals as an app sees them: started, joined, shown as they are, and made orders of."""

from __future__ import annotations

from typing import Any, cast

from community.deals import jobs
from domain.errors import Forbidden, Unauthenticated
from domain.members import Role
from infra.i18n import Locale
from tests.messaging.notifications.conftest import read_log
from tests.support.clients import Clients
from tests.support.market import BARGAIN, GROUP, Market

GROUP_BUY = (
    "{ id product { sku } price { amount currency } size seatsLeft state inviteLink"
    " members { displayName } leader { displayName } endedAt }"
)
BARGAINED = (
    "{ id owner { displayName } startPrice { amount } floorPrice { amount } currentPrice { amount }"
    " helpers { member { displayName } cut { amount } } friendsLeft state seed commitment proof }"
)
START = (
    "mutation ($input: StartDealInput!) { %s(input: $input) { %s userErrors { code message } } }"
)
REFER = "mutation ($input: DealRefInput!) { %s(input: $input) { %s userErrors { code message } } }"
OFFERS = (
    '{ product(sku: "TEA-1") { id dealOffers { kind price { amount } size stock'
    " myGroupBuy { id } myBargain { id } } } }"
)
SAVE = (
    "mutation ($input: DealOfferInput!) { saveDealOffer(input: $input)"
    " { offer { kind price { amount currency } size hours stock active product { sku } }"
    " userErrors { code field message } } }"
)
OWED = (
    "{ dealOrders { totalCount nodes { id dealId kind price { amount } member { displayName }"
    " product { sku } orderRef } } }"
)
RECORD = (
    "mutation ($input: RecordDealOrdersInput!) { recordDealOrders(input: $input)"
    " { recorded userErrors { code field message } } }"
)
NAMES = '{ groupBuy(id: "%s") { members { displayName } } }'


def market_of(clients: Clients) -> Market:
    return cast("Market", clients.shop)


async def start(clients: Clients, who: str, verb: str, shown: str) -> Any:  # noqa: ANN401
    product = (await clients.ask(OFFERS))["product"]["id"]
    answer = await clients.ask(START % (verb, shown), who, input={"productId": product})
    return answer[verb]


async def refer(clients: Clients, who: str, verb: str, shown: str, id_: str) -> Any:  # noqa: ANN401
    return (await clients.ask(REFER % (verb, shown), who, input={"dealId": id_}))[verb]


async def test_a_group_from_its_start_to_its_success(clients: Clients) -> None:
    await market_of(clients).offer(size=2)
    shown = f"groupBuy {GROUP_BUY}"
    begun = (await start(clients, "ana", "startGroupBuy", shown))["groupBuy"]
    assert begun["price"] == {"amount": "7.50", "currency": "CNY"}
    assert (begun["state"], begun["seatsLeft"], len(begun["members"])) == ("OPEN", 1, 1)
    assert begun["inviteLink"] == f"http://127.0.0.1:8000/d/{begun['id']}"
    joined = (await refer(clients, "bo", "joinGroupBuy", shown, begun["id"]))["groupBuy"]
    assert (joined["state"], joined["seatsLeft"], len(joined["members"])) == ("SUCCEEDED", 0, 2)
    assert joined["leader"] == joined["members"][0]
    assert joined["endedAt"] is not None


async def test_visitors_look_at_groups_and_bargains(clients: Clients) -> None:
    market = market_of(clients)
    for kind in (GROUP, BARGAIN):
        await market.offer(kind)
    group = (await start(clients, "ana", "startGroupBuy", "groupBuy { id }"))["groupBuy"]["id"]
    bargain = (await start(clients, "ana", "startBargain", "bargain { id }"))["bargain"]["id"]
    query = f'{{ groupBuy(id: "{group}") {{ size }} bargain(id: "{bargain}") {{ friendsLeft }} }}'
    assert await clients.ask(query) == {"groupBuy": {"size": 3}, "bargain": {"friendsLeft": 4}}
    swapped = f'{{ groupBuy(id: "{bargain}") {{ id }} bargain(id: "{group}") {{ id }} }}'
    assert await clients.ask(swapped) == {"groupBuy": None, "bargain": None}
    nodes = f'{{ nodes(ids: ["{group}", "{bargain}"]) {{ __typename id }} }}'
    assert (await clients.ask(nodes))["nodes"] == [
        {"__typename": "GroupBuy", "id": group},
        {"__typename": "Bargain", "id": bargain},
    ]


async def test_a_bargain_is_shown_as_money_and_its_seed_at_the_end(clients: Clients) -> None:
    await market_of(clients).offer(BARGAIN, size=2)
    shown = f"bargain {BARGAINED}"
    begun = (await start(clients, "ana", "startBargain", shown))["bargain"]
    assert begun["startPrice"] == begun["currentPrice"] == {"amount": "10.00"}
    assert (begun["seed"], begun["friendsLeft"], begun["helpers"]) == (None, 2, [])
    cut = (await refer(clients, "bo", "helpBargain", shown, begun["id"]))["bargain"]
    [help_] = cut["helpers"]
    assert float(help_["cut"]["amount"]) + float(cut["currentPrice"]["amount"]) == 10
    done = (await refer(clients, "cy", "helpBargain", shown, begun["id"]))["bargain"]
    assert done["currentPrice"] == done["floorPrice"] == {"amount": "2.00"}
    assert (done["state"], done["commitment"]) == ("SUCCEEDED", begun["commitment"])
    assert len(done["seed"]) == 64


async def test_at_the_deadline_it_is_shown_as_failed_at_once(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(BARGAIN)
    begun = (await start(clients, "ana", "startBargain", "bargain { id }"))["bargain"]["id"]
    await market.let_pass(hours=24)
    query = f'{{ bargain(id: "{begun}") {{ state seed endsAt endedAt }} }}'
    shown = (await clients.ask(query))["bargain"]
    assert (shown["state"], shown["endedAt"]) == ("FAILED", shown["endsAt"])
    assert len(shown["seed"]) == 64


async def test_offers_show_what_is_left_and_ones_own_deals(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(stock=7)
    await market.offer(BARGAIN)
    group = (await start(clients, "ana", "startGroupBuy", "groupBuy { id }"))["groupBuy"]
    bargain = (await start(clients, "ana", "startBargain", "bargain { id }"))["bargain"]
    first, second = (await clients.ask(OFFERS, "ana"))["product"]["dealOffers"]
    assert first == {
        "kind": "GROUP_BUY",
        "price": {"amount": "7.50"},
        "size": 3,
        "stock": 4,
        "myGroupBuy": group,
        "myBargain": None,
    }
    assert (second["kind"], second["stock"], second["myBargain"]) == ("BARGAIN", None, bargain)
    for who in ("bo", None):
        for offer in (await clients.ask(OFFERS, who))["product"]["dealOffers"]:
            assert (offer["myGroupBuy"], offer["myBargain"]) == (None, None)


async def test_admins_alone_make_offers(clients: Clients) -> None:
    given = {"sku": "TEA-1", "kind": "GROUP_BUY", "price": "6.5", "size": 2, "hours": 3}
    for who, roles, error in (
        (None, (), Unauthenticated),
        ("ana", (), Forbidden),
        (None, (Role.MODERATOR,), Forbidden),
        (None, (Role.SERVICE,), Forbidden),
    ):
        assert await clients.raised(SAVE, who, *roles, input=given) == [error]
    saved = (await clients.ask(SAVE, None, Role.ADMIN, input=given))["saveDealOffer"]
    assert saved["offer"] == {
        "kind": "GROUP_BUY",
        "price": {"amount": "6.50", "currency": "CNY"},
        "size": 2,
        "hours": 3,
        "stock": None,
        "active": True,
        "product": {"sku": "TEA-1"},
    }


async def test_the_shop_makes_orders_of_what_it_owes(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(size=2)
    group = await market.start("ana")
    await market.take("bo", group)
    owed = (await clients.ask(OWED, None, Role.SERVICE))["dealOrders"]
    assert (owed["totalCount"], len(owed["nodes"])) == (2, 2)
    assert {one["price"]["amount"] for one in owed["nodes"]} == {"7.50"}
    orders = [
        {"dealOrderId": one["id"], "orderRef": f"A-{place}"}
        for place, one in enumerate(owed["nodes"])
    ]
    for recorded in (2, 0):
        answer = await clients.ask(RECORD, None, Role.SERVICE, input={"orders": orders})
        assert answer["recordDealOrders"] == {"recorded": recorded, "userErrors": []}
    assert (await clients.ask(OWED, None, Role.SERVICE))["dealOrders"]["totalCount"] == 0
    every = OWED.replace("dealOrders", "dealOrders(waiting: null)")
    found = (await clients.ask(every, None, Role.ADMIN))["dealOrders"]["nodes"]
    assert [one["orderRef"] for one in found] == ["A-0", "A-1"]


async def test_another_order_for_the_same_is_a_conflict_and_changes_nothing(
    clients: Clients,
) -> None:
    market = market_of(clients)
    await market.offer(size=2)
    await market.take("bo", await market.start("ana"))
    first, second = (await clients.ask(OWED, None, Role.SERVICE))["dealOrders"]["nodes"]
    one = {"dealOrderId": first["id"], "orderRef": "A-1"}
    await clients.ask(RECORD, None, Role.SERVICE, input={"orders": [one]})
    both = [{"dealOrderId": second["id"], "orderRef": "A-2"}, one | {"orderRef": "A-3"}]
    answer = await clients.ask(RECORD, None, Role.SERVICE, input={"orders": both})
    [error] = answer["recordDealOrders"]["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", ["orders", "1", "orderRef"])
    assert (await clients.ask(OWED, None, Role.SERVICE))["dealOrders"]["totalCount"] == 1


async def test_what_is_owed_is_for_the_shop_and_the_buyer(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(size=2)
    await market.take("bo", await market.start("ana"))
    assert await clients.raised(OWED, "ana") == [Forbidden]
    first, _ = (await clients.ask(OWED, None, Role.SERVICE))["dealOrders"]["nodes"]
    node = f'{{ node(id: "{first["id"]}") {{ id }} }}'
    assert (await clients.ask(node, "ana"))["node"] == {"id": first["id"]}
    for who in ("bo", None):
        assert (await clients.ask(node, who))["node"] is None
    assert await clients.raised(RECORD, "ana", input={"orders": []}) == [Forbidden]


async def test_how_it_ended_is_told_in_every_language(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(size=2)
    group = await market.start("ana")
    await market.start("cy")
    await market.take("bo", group)
    await market.let_pass(hours=24)
    await jobs.fail_overdue(market.platform)
    await read_log(market)
    inbox = "{ me { notifications { nodes { kind title body link subject { __typename } } } } }"
    for locale in Locale:
        for who, name in (("bo", "succeeded"), ("cy", "failed")):
            data = await clients.ask(inbox, who, locale=locale)
            [one] = data["me"]["notifications"]["nodes"]
            said = market.platform.catalogue.say(
                f"notification.deal.{name}.title", locale, name="龙井 · Green tea"
            )
            assert (one["kind"], one["title"]) == ("DEAL", said)
            assert one["subject"] == {"__typename": "GroupBuy"}
