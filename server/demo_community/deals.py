"""Deals of the demo shop: what it offers to friends, and who has started and joined one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from community.deals import offers, starting, store, taking
from community.deals.taking import Wish
from community.products import store as products
from domain.deals.offers import DealKind, OfferDraft
from domain.errors import AlreadyDone, Ended
from infra.platform import Platform

FILE: Final = "deals.toml"


@dataclass(frozen=True, slots=True)
class Begun:
    """A deal that somebody starts, and who comes, by what the files call them."""

    sku: str
    kind: DealKind
    by: str
    friends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deals:
    """What the file of a shop's deals says."""

    offers: tuple[OfferDraft, ...] = ()
    begun: tuple[Begun, ...] = ()


def read_deals(community: Path) -> Deals:
    """Reads the file in the folder of a demo's community; a shop may have none.

    Raises: tomllib.TOMLDecodeError, KeyError for what is incomplete.
    """
    file = community / FILE
    if not file.exists():
        return Deals()
    said = tomllib.loads(file.read_text("utf-8"))
    return Deals(
        tuple(_offer(one) for one in said["offer"]),
        tuple(
            Begun(one["sku"], DealKind(one["kind"]), one["by"], tuple(one["with"]))
            for one in said["deal"]
        ),
    )


async def deal(
    platform: Platform, deals: Deals, members: Mapping[str, UUID], currency: str
) -> None:
    """Makes the offers and starts the deals; what was done before is not done again."""
    for draft in deals.offers:
        await offers.save(platform, draft, currency=currency)
    for one in deals.begun:
        await _begin(platform, one, members)


async def _begin(platform: Platform, one: Begun, members: Mapping[str, UUID]) -> None:
    product = await products.by_sku(platform.database, one.sku)
    owner = members[one.by]
    if product is None or await store.has_ended(platform.database, product.id, owner):
        return
    deal_id = await starting.start(platform, member_id=owner, product_id=product.id, kind=one.kind)
    for who in one.friends:
        with suppress(AlreadyDone, Ended):
            await taking.take(platform, Wish(members[who], deal_id, one.kind))


def _offer(one: dict[str, Any]) -> OfferDraft:
    return OfferDraft(
        sku=one["sku"],
        kind=DealKind(one["kind"]),
        price=Decimal(one["price"]),
        size=one["size"],
        hours=one["hours"],
        stock=one.get("stock"),
    )
