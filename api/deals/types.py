"""Groups and bargains as clients see them: only who is really in them, and money as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry

from api.deals.enums import DealState
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.money import Money
from api.payloads import Payload
from api.products.types import Product, products_by_id
from api.relay import Node
from community.deals import store
from domain.deals import bargain
from domain.deals.deal import Deal, Part
from domain.deals.offers import DealKind
from infra.ids import GlobalId, Kind, encode_id

if TYPE_CHECKING:
    from api.members.types import Member

_MEMBER = strawberry.lazy("api.members.types")


@strawberry.type(description="Friends who buy together reach the group price before the deadline.")
class GroupBuy(Node):
    row: strawberry.Private[Deal]
    price: Money = strawberry.field(description="What each of them pays when it succeeds.")
    size: int = strawberry.field(description="How many buyers it needs.")
    seats_left: int = strawberry.field(description="How many seats are free.")
    state: DealState = strawberry.field(description="How it stands now.")
    started_at: datetime = strawberry.field(description="When it began.")
    ends_at: datetime = strawberry.field(
        description="Its deadline: who comes at this moment comes too late."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it succeeded or failed; null while it is open."
    )

    @classmethod
    def of(cls, row: Deal, now: datetime) -> GroupBuy:
        return cls(
            id=strawberry.ID(encode_id(Kind.GROUP_BUY, row.id)),
            row=row,
            price=Money(amount=row.price, currency=row.currency),
            size=row.size,
            seats_left=row.size - row.filled,
            state=row.state_at(now),
            started_at=row.started_at,
            ends_at=row.ends_at,
            ended_at=_ended_at(row, now),
        )

    @batch_field(description="What they buy, one for each.")
    @staticmethod
    async def product(groups: Sequence[GroupBuy], info: Info) -> list[Product]:
        return await _products(info.context, [one.row for one in groups])

    @expected(10)
    @batch_field(description="Who has a seat, in the order of coming. Nobody is made up.")
    @staticmethod
    async def members(
        groups: Sequence[GroupBuy], info: Info
    ) -> list[list[Annotated[Member, _MEMBER]]]:
        found = await info.context.load_many(parts_of, [one.row.id for one in groups])
        ids = list(dict.fromkeys(part.member_id for parts in found for part in parts))
        members = await _members(info.context, ids)
        return [[members[part.member_id] for part in parts] for parts in found]

    @batch_field(description="Who started it, or took over when they left.")
    @staticmethod
    async def leader(groups: Sequence[GroupBuy], info: Info) -> list[Annotated[Member, _MEMBER]]:
        members = await _members(info.context, [one.row.owner_id for one in groups])
        return [members[one.row.owner_id] for one in groups]

    @field(description="Where friends join it.")
    def invite_link(self, info: Info) -> str:
        return f"{info.context.services.address}/d/{self.id}"


@strawberry.type(description="What a friend cut off a price.")
class BargainHelp:
    part: strawberry.Private[Part]
    cut: Money = strawberry.field(description="How much.")
    helped_at: datetime = strawberry.field(description="When.")

    @batch_field(description="Who helped.")
    @staticmethod
    async def member(helps: Sequence[BargainHelp], info: Info) -> list[Annotated[Member, _MEMBER]]:
        members = await _members(info.context, [one.part.member_id for one in helps])
        return [members[one.part.member_id] for one in helps]


@strawberry.type(description="Friends cut the price down to the floor, each once.")
class Bargain(Node):
    row: strawberry.Private[Deal]
    start_price: Money = strawberry.field(description="What the product cost when it began.")
    floor_price: Money = strawberry.field(
        description="What the owner pays when all friends have helped."
    )
    friends_left: int = strawberry.field(
        description="How many friends are still needed. The last of them takes what remains."
    )
    state: DealState = strawberry.field(description="How it stands now.")
    started_at: datetime = strawberry.field(description="When it began.")
    ends_at: datetime = strawberry.field(
        description="Its deadline: who comes at this moment comes too late."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it succeeded or failed; null while it is open."
    )
    commitment: str = strawberry.field(
        description="Published from the start: SHA-256 of what all cuts follow from, so that "
        "nobody can change them afterwards."
    )
    seed: str | None = strawberry.field(
        description="What all cuts follow from, in hexadecimal digits; null while it is open."
    )

    @classmethod
    def of(cls, row: Deal, now: datetime) -> Bargain:
        start, seed, state = row.start_price, row.seed, row.state_at(now)
        if start is None or seed is None:
            raise TypeError("a group is no bargain")
        return cls(
            id=strawberry.ID(encode_id(Kind.BARGAIN, row.id)),
            row=row,
            start_price=Money(amount=start, currency=row.currency),
            floor_price=Money(amount=row.price, currency=row.currency),
            friends_left=row.size - row.filled,
            state=state,
            started_at=row.started_at,
            ends_at=row.ends_at,
            ended_at=_ended_at(row, now),
            commitment=bargain.commitment(row.terms, seed),
            seed=None if state is DealState.OPEN else seed.hex(),
        )

    @batch_field(description="What is bargained for.")
    @staticmethod
    async def product(bargains: Sequence[Bargain], info: Info) -> list[Product]:
        return await _products(info.context, [one.row for one in bargains])

    @batch_field(description="Who started it, and buys when it succeeds.")
    @staticmethod
    async def owner(bargains: Sequence[Bargain], info: Info) -> list[Annotated[Member, _MEMBER]]:
        members = await _members(info.context, [one.row.owner_id for one in bargains])
        return [members[one.row.owner_id] for one in bargains]

    @batch_field(description="The price as friends have cut it so far.")
    @staticmethod
    async def current_price(bargains: Sequence[Bargain], info: Info) -> list[Money]:
        found = await info.context.load_many(parts_of, [one.row.id for one in bargains])
        return [
            Money(
                amount=one.start_price.amount - sum((part.cut or 0 for part in parts), Decimal(0)),
                currency=one.row.currency,
            )
            for one, parts in zip(bargains, found, strict=True)
        ]

    @expected(10)
    @batch_field(description="Who helped, in the order of coming.")
    @staticmethod
    async def helpers(bargains: Sequence[Bargain], info: Info) -> list[list[BargainHelp]]:
        found = await info.context.load_many(parts_of, [one.row.id for one in bargains])
        return [
            [_help(part, one.row.currency) for part in parts]
            for one, parts in zip(bargains, found, strict=True)
        ]

    @field(description="Where friends help.")
    def invite_link(self, info: Info) -> str:
        return f"{info.context.services.address}/d/{self.id}"

    @field(description="Where anybody can check the cuts: JSON.")
    def proof(self, info: Info) -> str:
        return f"{info.context.services.address}/deals/{self.id}/proof"


@strawberry.type(description="The group as it is now.")
class GroupBuyPayload(Payload):
    group_buy: GroupBuy | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="The bargain as it is now.")
class BargainPayload(Payload):
    bargain: Bargain | None = strawberry.field(description="Null when refused.")


async def groups_by_id(context: Context, ids: list[UUID]) -> list[GroupBuy | None]:
    """The groups with these ids, None for unknown ones."""
    rows, now = await _deals(context, ids, DealKind.GROUP_BUY)
    return [GroupBuy.of(rows[one], now) if one in rows else None for one in ids]


async def bargains_by_id(context: Context, ids: list[UUID]) -> list[Bargain | None]:
    """The bargains with these ids, None for unknown ones."""
    rows, now = await _deals(context, ids, DealKind.BARGAIN)
    return [Bargain.of(rows[one], now) if one in rows else None for one in ids]


async def group_nodes(context: Context, ids: list[GlobalId]) -> Sequence[GroupBuy | None]:
    return await groups_by_id(context, [one.key for one in ids])


async def bargain_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Bargain | None]:
    return await bargains_by_id(context, [one.key for one in ids])


async def parts_of(context: Context, deal_ids: list[UUID]) -> list[Sequence[Part]]:
    """Who is in each deal, in the order of coming."""
    found = await store.parts(context.services.platform.database, deal_ids)
    return [found.get(one, ()) for one in deal_ids]


async def _deals(
    context: Context, ids: Sequence[UUID], kind: DealKind
) -> tuple[dict[UUID, Deal], datetime]:
    platform = context.services.platform
    rows = await store.by_ids(platform.database, ids)
    known = {key: row for key, row in rows.items() if row.kind is kind}
    return known, await platform.clock.now()


async def _products(context: Context, deals: Sequence[Deal]) -> list[Product]:
    found = await context.load_many(products_by_id, [one.product_id for one in deals])
    return cast("list[Product]", found)  # no product is ever removed


async def _members(context: Context, ids: Sequence[UUID]) -> dict[UUID, Member]:
    wanted = list(dict.fromkeys(ids))
    found = cast("list[Member]", await context.load_many(context.services.members, wanted))
    return dict(zip(wanted, found, strict=True))


def _help(part: Part, currency: str) -> BargainHelp:
    cut = Money(amount=part.cut or Decimal(0), currency=currency)
    return BargainHelp(part=part, cut=cut, helped_at=part.at)


def _ended_at(row: Deal, now: datetime) -> datetime | None:
    """When a deal ended, also where nobody has written it down."""
    if row.ended_at is None and row.state_at(now) is not DealState.OPEN:
        return row.ends_at
    return row.ended_at
