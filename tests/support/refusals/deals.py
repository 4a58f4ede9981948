"""Refusals of group buys and bargains."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.deals.offers import DealKind
from infra.ids import Kind, encode_id, new_id
from tests.support.market import BARGAIN, GROUP, SKU, Market
from tests.support.refusals.scene import Input, Scene, case


async def _market(scene: Scene) -> Market:
    """C-1 starts, C-2 comes."""
    market = Market(scene.club.platform, scene.club.programmes)
    await market.price("10.00")
    return market


def _offer(kind: DealKind = GROUP, **more: object) -> Input:
    return {"sku": SKU, "kind": kind.value, "price": "7.50", "size": 2, "hours": 1, **more}


async def _start(market: Market) -> Input:
    return {"productId": encode_id(Kind.PRODUCT, await market.product())}


def _ref(deal: UUID, kind: Kind = Kind.GROUP_BUY) -> Input:
    return {"dealId": encode_id(kind, deal)}


async def _owed(scene: Scene) -> str:
    market = await _market(scene)
    await market.offer(size=2)
    await market.take("C-2", await market.start("C-1"))
    found = await market.platform.database.fetchval("SELECT min(id::text) FROM deal_order")
    return encode_id(Kind.DEAL_ORDER, UUID(found))


@case("deal.no_product", "NOT_FOUND", "saveDealOffer")
async def an_offer_of_nothing(_scene: Scene) -> Input:
    return _offer()


@case("deal.price", "INVALID", "saveDealOffer")
async def a_price_of_half_a_cent(scene: Scene) -> Input:
    await _market(scene)
    return _offer(price="7.505")


@case("deal.no_saving", "INVALID", "saveDealOffer")
async def a_group_that_pays_what_everybody_does(scene: Scene) -> Input:
    await _market(scene)
    return _offer(price="10")


@case("deal.no_usual_price", "INVALID", "saveDealOffer")
async def a_bargain_from_no_price(scene: Scene) -> Input:
    await (await _market(scene)).price(None)
    return _offer(BARGAIN)


@case("deal.too_little_to_cut", "INVALID", "saveDealOffer")
async def a_cent_for_two_friends(scene: Scene) -> Input:
    await _market(scene)
    return _offer(BARGAIN, price="9.99")


@case("deal.stock_taken", "INVALID", "saveDealOffer")
async def less_stock_than_groups_hold(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(stock=6)
    await market.start("C-1")
    return _offer(stock=2)


@case("deal.no_offer", "NOT_FOUND", "startGroupBuy", "C-1")
async def a_product_that_is_not_offered_to_groups(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(BARGAIN)
    return await _start(market)


@case("deal.out_of_stock", "OUT_OF_STOCK", "startGroupBuy", "C-2")
async def too_little_for_another_group(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(stock=5)
    await market.start("C-1")
    return await _start(market)


@case("deal.price_changed", "NOT_ALLOWED", "startBargain", "C-1")
async def a_price_below_the_floor(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(BARGAIN)
    await market.price("1.00")
    return await _start(market)


@case("deal.joined", "ALREADY_DONE", "joinGroupBuy", "C-1")
async def a_second_seat(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer()
    return _ref(await market.start("C-1"))


@case("deal.complete", "ENDED", "leaveGroupBuy", "C-1")
async def a_group_that_has_succeeded(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(size=2)
    group = await market.start("C-1")
    await market.take("C-2", group)
    return _ref(group)


@case("deal.failed", "ENDED", "joinGroupBuy", "C-2")
async def a_group_past_its_deadline(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer()
    group = await market.start("C-1")
    await market.let_pass(hours=24)
    return _ref(group)


@case("deal.blocked", "NOT_ALLOWED", "joinGroupBuy", "C-2")
async def a_group_of_somebody_who_blocks_one(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer()
    group = await market.start("C-1")
    await market.block("C-1", "C-2")
    return _ref(group)


@case("deal.helped", "ALREADY_DONE", "helpBargain", "C-2")
async def a_second_cut(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(BARGAIN)
    bargain = await market.start("C-1", BARGAIN)
    await market.help("C-2", bargain)
    return _ref(bargain, Kind.BARGAIN)


@case("deal.own_bargain", "NOT_ALLOWED", "helpBargain", "C-1")
async def a_cut_of_ones_own_price(scene: Scene) -> Input:
    market = await _market(scene)
    await market.offer(BARGAIN, price=Decimal("1.00"))
    return _ref(await market.start("C-1", BARGAIN), Kind.BARGAIN)


@case("deal.too_many_orders", "INVALID", "recordDealOrders")
async def a_thousand_and_one_orders(_scene: Scene) -> Input:
    one = {"dealOrderId": encode_id(Kind.DEAL_ORDER, new_id()), "orderRef": "A"}
    return {"orders": [one] * 1_001}


@case("deal.order_twice", "INVALID", "recordDealOrders")
async def two_orders_for_one_unit(scene: Scene) -> Input:
    owed = await _owed(scene)
    return {"orders": [{"dealOrderId": owed, "orderRef": ref} for ref in ("A-1", "A-2")]}


@case("deal.ordered", "CONFLICT", "recordDealOrders")
async def what_was_made_another_order(scene: Scene) -> Input:
    owed = await _owed(scene)
    await scene.club.platform.database.execute(
        "UPDATE deal_order SET order_ref = 'A-1', ordered_at = now()"
    )
    return {"orders": [{"dealOrderId": owed, "orderRef": "A-2"}]}
