"""Starting, joining, helping and following deals; and what the shop does with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.deals.inputs import (
    DealOfferInput,
    DealRefInput,
    RecordDealOrdersInput,
    StartDealInput,
)
from api.deals.offers import DealOffer, DealOfferPayload
from api.deals.orders import (
    BY_ID,
    DealOrderConnection,
    RecordDealOrdersPayload,
    with_deals,
)
from api.deals.types import (
    Bargain,
    BargainPayload,
    GroupBuy,
    GroupBuyPayload,
    bargains_by_id,
    groups_by_id,
)
from api.execution.context import Context, Info
from api.execution.cost.sizes import work_for_each
from api.execution.fields import field, subscription
from api.execution.scope import Scope
from api.payloads import mutation
from api.relay import After, First
from community.deals import following, leaving, offers, orders, starting, taking
from community.deals.taking import Wish
from domain.deals.deal import Deal
from domain.deals.offers import DealKind
from domain.deals.orders import MOST
from domain.members import Role
from infra.ids import Kind, decode_key

_SHOP: Final = (Role.SERVICE, Role.ADMIN)
_Id = Annotated[strawberry.ID, strawberry.argument(description="Its `id`.")]


@strawberry.type
class DealQueries:
    @field(description="A group; null where there is none.")
    async def group_buy(self, info: Info, id: _Id) -> GroupBuy | None:  # noqa: A002
        key = decode_key(id, Kind.GROUP_BUY)
        return None if key is None else await info.context.load(groups_by_id, key)

    @field(description="A bargain; null where there is none.")
    async def bargain(self, info: Info, id: _Id) -> Bargain | None:  # noqa: A002
        key = decode_key(id, Kind.BARGAIN)
        return None if key is None else await info.context.load(bargains_by_id, key)

    @field(
        description="Service accounts and admins: what the shop owes the buyers of deals that "
        "succeeded, oldest first. Make an order of each, once by its `id`, and say so by "
        "`recordDealOrders`; then ask again from the beginning: what is recorded no longer waits."
    )
    async def deal_orders(
        self,
        info: Info,
        waiting: Annotated[  # noqa: FBT002 - an argument of the schema
            bool | None,
            strawberry.argument(
                description="Those of which the shop has made no order yet, or the others; null "
                "for all."
            ),
        ] = True,
        first: First = 20,
        after: After = None,
    ) -> DealOrderConnection | None:
        context = info.context
        context.require(*_SHOP)
        sql, window = context.services.platform.database, BY_ID.window(first, after)
        last = window.after[0] if window.after else None
        rows = await orders.page(sql, waiting=waiting, after=last, limit=window.limit)
        page = window.page(rows, key=lambda row: (row.id,))
        shown = page.holding(await with_deals(context, page.items))
        return DealOrderConnection.of(shown, await orders.count(sql, waiting=waiting))


@strawberry.type
class DealMutations:
    @mutation(
        description="Starts a group by the product's offer; the viewer has its first seat. Who "
        "has started one, and is in it while it is open, gets that one."
    )
    async def start_group_buy(
        self,
        info: Info,
        input: StartDealInput,  # noqa: A002
    ) -> GroupBuyPayload:
        return await _group(info.context, await _start(info, input, DealKind.GROUP_BUY))

    @mutation(
        description="Takes a seat in a group. The group succeeds the moment its last seat is "
        "taken: everybody in it can buy at its price."
    )
    async def join_group_buy(self, info: Info, input: DealRefInput) -> GroupBuyPayload:  # noqa: A002
        wish = Wish(info.context.signed_in(), input.key(Kind.GROUP_BUY), DealKind.GROUP_BUY)
        deal = await taking.take(info.context.services.platform, wish)
        return GroupBuyPayload(group_buy=GroupBuy.of(deal, _then(deal)))

    @mutation(
        description="Gives the viewer's seat back, while the group is open. Who leads and leaves "
        "passes the lead on; left by everybody, the group has failed. Doing it again changes "
        "nothing."
    )
    async def leave_group_buy(self, info: Info, input: DealRefInput) -> GroupBuyPayload:  # noqa: A002
        member_id, key = info.context.signed_in(), input.key(Kind.GROUP_BUY)
        await leaving.leave(info.context.services.platform, member_id=member_id, deal_id=key)
        return await _group(info.context, key)

    @mutation(
        description="Starts a bargain by the product's offer, from what the product costs now. "
        "Who has one open gets that one."
    )
    async def start_bargain(
        self,
        info: Info,
        input: StartDealInput,  # noqa: A002
    ) -> BargainPayload:
        return await _bargain(info.context, await _start(info, input, DealKind.BARGAIN))

    @mutation(
        description="Cuts somebody else's price, each friend once. How much was settled when the "
        "bargain began; the last friend takes exactly what remains."
    )
    async def help_bargain(self, info: Info, input: DealRefInput) -> BargainPayload:  # noqa: A002
        wish = Wish(info.context.signed_in(), input.key(Kind.BARGAIN), DealKind.BARGAIN)
        deal = await taking.take(info.context.services.platform, wish)
        return BargainPayload(bargain=Bargain.of(deal, _then(deal)))

    @mutation(
        description="Admins: offers a product to groups or bargainers, or changes the offer of "
        "this kind. Deals under way keep their terms."
    )
    async def save_deal_offer(self, info: Info, input: DealOfferInput) -> DealOfferPayload:  # noqa: A002
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        programme = await services.programmes.current(services.platform.database)
        currency = programme.settings.currency
        row = await offers.save(services.platform, input.draft(), currency=currency)
        return DealOfferPayload(offer=DealOffer.of(row))

    @work_for_each("input", "orders", most=MOST)
    @mutation(
        description="Service accounts and admins: says which orders the shop made of what it "
        "owed, all or none. Saying it again changes nothing."
    )
    async def record_deal_orders(
        self,
        info: Info,
        input: RecordDealOrdersInput,  # noqa: A002
    ) -> RecordDealOrdersPayload:
        info.context.require(*_SHOP)
        recorded = await orders.name(info.context.services.platform, input.named())
        return RecordDealOrdersPayload(recorded=recorded)


@strawberry.type
class DealSubscriptions:
    @subscription(
        description="The group as it is, at once and after each change; complete when it is over, "
        "or there is none.",
        scope=Scope.PUBLIC,
        state=True,
    )
    async def group_buy_changed(self, info: Info, id: _Id) -> AsyncIterator[GroupBuy]:  # noqa: A002
        platform, key = info.context.services.platform, decode_key(id, Kind.GROUP_BUY)
        if key is None:
            return
        async for deal in following.follow(platform, key, DealKind.GROUP_BUY):
            yield GroupBuy.of(deal, await platform.clock.now())

    @subscription(
        description="The bargain as it is, at once and after each change; complete when it is "
        "over, or there is none.",
        scope=Scope.PUBLIC,
        state=True,
    )
    async def bargain_changed(self, info: Info, id: _Id) -> AsyncIterator[Bargain]:  # noqa: A002
        platform, key = info.context.services.platform, decode_key(id, Kind.BARGAIN)
        if key is None:
            return
        async for deal in following.follow(platform, key, DealKind.BARGAIN):
            yield Bargain.of(deal, await platform.clock.now())


async def _start(info: Info, wanted: StartDealInput, kind: DealKind) -> UUID:
    context = info.context
    member_id, product_id = context.signed_in(), wanted.key()
    return await starting.start(
        context.services.platform, member_id=member_id, product_id=product_id, kind=kind
    )


def _then(deal: Deal) -> datetime:
    """A moment at which a deal stands as it is written: whoever was just let in saw it so.

    A sandbox would be asked for its time otherwise, by each of a thousand at once.
    """
    return deal.ended_at or deal.started_at


async def _group(context: Context, key: UUID) -> GroupBuyPayload:
    [group] = await groups_by_id(context, [key])
    return GroupBuyPayload(group_buy=group)


async def _bargain(context: Context, key: UUID) -> BargainPayload:
    [bargain] = await bargains_by_id(context, [key])
    return BargainPayload(bargain=bargain)
