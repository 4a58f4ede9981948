"""What members and the shop hand in about deals."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import strawberry

from api.deals.enums import DealKind
from domain.deals.offers import OfferDraft
from domain.deals.orders import MOST, Named
from domain.errors import NotFound
from infra.ids import Kind, decode_key


@strawberry.input(description="The product to start a deal for.")
class StartDealInput:
    product_id: strawberry.ID = strawberry.field(description="The `id` of the product.")

    def key(self) -> UUID:
        """Raises: NotFound."""
        return _key(self.product_id, Kind.PRODUCT, "productId")


@strawberry.input(description="Which deal.")
class DealRefInput:
    deal_id: strawberry.ID = strawberry.field(description="The `id` of the group or bargain.")

    def key(self, kind: Kind) -> UUID:
        """Raises: NotFound for what is no id of this kind."""
        return _key(self.deal_id, kind, "dealId")


@strawberry.input(description="An offer, which is found by its product and kind.")
class DealOfferInput:
    sku: str = strawberry.field(description="The product's own number.")
    kind: DealKind = strawberry.field(description="To buy together, or to bargain.")
    price: Decimal = strawberry.field(description="Group price, or the bargain's floor.")
    size: int = strawberry.field(
        description="Buyers a group needs, 2 to 1,000, or friends who cut the price, 1 to 1,000."
    )
    hours: int = strawberry.field(
        description="How long a deal is open from its start, 1 to 720 hours."
    )
    stock: int | None = strawberry.field(
        default=None,
        description="How many units are put on sale in all, those taken before included, so that "
        "saving it again changes nothing; null for any number. A deal takes what it needs when it "
        "starts (a group one for each seat) and gives it back when it fails.",
    )
    active: bool = strawberry.field(
        default=True,
        description="Whether deals may be started; those that are under way go on.",
    )

    def draft(self) -> OfferDraft:
        return OfferDraft(
            self.sku, self.kind, self.price, self.size, self.hours, self.stock, self.active
        )


@strawberry.input(description="The shop's order for one unit that it owed.")
class DealOrderInput:
    deal_order_id: strawberry.ID = strawberry.field(description="The `id` of what was owed.")
    order_ref: str = strawberry.field(
        description="The shop's own number of the order, up to 100 characters."
    )


@strawberry.input(description="Orders that the shop made of deals.")
class RecordDealOrdersInput:
    orders: list[DealOrderInput] = strawberry.field(description=f"Up to {MOST:,}.")

    def named(self) -> list[Named]:
        """Raises: NotFound, with the place of the culprit."""
        found = list[Named]()
        for place, one in enumerate(self.orders):
            key = decode_key(one.deal_order_id, Kind.DEAL_ORDER)
            if key is None:
                field = ("orders", str(place), "dealOrderId")
                raise NotFound("node.not_found", field=field)
            found.append(Named(key, one.order_ref))
        return found


def _key(id_: str, kind: Kind, field: str) -> UUID:
    key = decode_key(id_, kind)
    if key is None:
        raise NotFound("node.not_found", field=(field,))
    return key
