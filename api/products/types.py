"""Products: what the shop says of them, and what buyers do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.images.types import Image, images_by_ids
from api.money import Money
from api.payloads import Payload
from api.relay import After, First, Node, PageInfo, edges_of
from community.products import store
from community.products.store import ProductRow
from domain.errors import Unavailable
from domain.products import ProductDraft
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page

if TYPE_CHECKING:
    from api.deals.offers import DealOffer
    from api.posts.types import PostConnection

_CENT: Final = Decimal("0.01")  # no price has finer parts


@strawberry.type(description="A product of the shop.")
class Product(Node):
    row: strawberry.Private[ProductRow]
    sku: str = strawberry.field(description="The shop's own number of it.")
    name: str = strawberry.field(description="What it is called.")
    category: str | None = strawberry.field(description="What kind of thing it is.")
    rating: float | None = strawberry.field(
        description="The mean of the stars that published posts give it; null while none does."
    )
    rating_count: int = strawberry.field(description="How many published posts rate it.")

    @classmethod
    def of(cls, row: ProductRow) -> Product:
        return cls(
            id=strawberry.ID(encode_id(Kind.PRODUCT, row.id)),
            row=row,
            sku=row.sku,
            name=row.name,
            category=row.category,
            rating=row.rating,
            rating_count=row.rating_count,
        )

    @field(description="What it costs; null where the shop has not said.")
    def price(self) -> Money | None:
        if self.row.price is None or self.row.currency is None:
            return None
        return Money(amount=self.row.price.quantize(_CENT), currency=self.row.currency)

    @field(description="Where the shop shows its picture; null where there is none.")
    def image_url(self) -> str | None:
        return self.row.image_url

    @batch_field(description="Its picture in ready-made sizes; null where none was made.")
    @staticmethod
    async def image(products: Sequence[Product], info: Info) -> list[Image | None]:
        ids = [one.row.image_id for one in products]
        found = await images_by_ids(info.context, ids)
        return [None if one is None else found.get(one) for one in ids]

    @batch_field(description="Published posts about it, last published first.", reads_viewer=True)
    @staticmethod
    async def posts(
        products: Sequence[Product], info: Info, first: First = 20, after: After = None
    ) -> list[Annotated[PostConnection, strawberry.lazy("api.posts.types")]]:
        load = info.context.services.product_posts
        if load is None:
            raise Unavailable("posts")
        found = await load(info.context, [one.row.id for one in products], first, after)
        return cast("list[PostConnection]", found)

    @expected(2)
    @batch_field(description="At which terms friends can buy it together, or cut its price.")
    @staticmethod
    async def deal_offers(
        products: Sequence[Product], info: Info
    ) -> list[list[Annotated[DealOffer, strawberry.lazy("api.deals.offers")]]]:
        load = info.context.services.product_offers
        if load is None:
            raise Unavailable("deals")
        found = await load(info.context, [one.row.id for one in products])
        return cast("list[list[DealOffer]]", found)


@strawberry.type(description="A product and its place in the list.")
class ProductEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of products.")
class ProductConnection:
    edges: list[ProductEdge] = strawberry.field(description="Products with their cursors.")
    nodes: list[Product] = strawberry.field(description="The products alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are in all.")

    @classmethod
    def of(cls, page: Page[Product], total: int) -> ProductConnection:
        return cls(
            edges=edges_of(page, ProductEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
            total_count=total,
        )


@strawberry.input(description="A product, which is found by its sku.")
class ProductInput:
    sku: str = strawberry.field(description="The shop's own number, up to 100 characters.")
    name: str = strawberry.field(description="What it is called, up to 200 characters.")
    price: Decimal | None = strawberry.field(
        default=None, description="In the programme's currency, at most two decimals."
    )
    category: str | None = strawberry.field(
        default=None, description="What kind of thing it is, up to 200 characters."
    )
    image_url: str | None = strawberry.field(
        default=None, description="Where the shop shows its picture: https:// or http://."
    )

    def draft(self) -> ProductDraft:
        return ProductDraft(self.sku, self.name, self.price, self.category, self.image_url)


@strawberry.input(description="Products to be saved together.")
class SaveProductsInput:
    products: list[ProductInput] = strawberry.field(
        description="Up to 1,000; of one sku that comes twice the last counts."
    )


@strawberry.type(description="How it went.")
class SaveProductsPayload(Payload):
    saved: int = strawberry.field(description="How many products were saved; 0 when refused.")


async def products_by_id(context: Context, ids: list[UUID]) -> list[Product | None]:
    """The products with these ids, None for unknown ones."""
    found = await store.by_ids(context.services.platform.database, ids)
    return [Product.of(found[one]) if one in found else None for one in ids]


async def product_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Product | None]:
    return await products_by_id(context, [one.key for one in ids])
