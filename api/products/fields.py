"""Looking at products, and saving them."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.execution.context import Info
from api.execution.cost.sizes import work_for_each
from api.execution.fields import field
from api.payloads import mutation
from api.products.types import (
    Product,
    ProductConnection,
    SaveProductsInput,
    SaveProductsPayload,
    products_by_id,
)
from api.relay import After, First
from community.products import service, store
from community.search import service as search
from community.search.store import Kind as Sought
from domain.members import Role
from domain.text import has_controls
from infra.paging import keyset

_BY_NAME: Final = keyset(str, UUID)


@strawberry.type
class ProductQueries:
    @field(description="The product with this sku; null when there is none.")
    async def product(
        self,
        info: Info,
        sku: Annotated[str, strawberry.argument(description="The shop's own number.")],
    ) -> Product | None:
        if has_controls(sku):
            return None
        row = await store.by_sku(info.context.services.platform.database, sku)
        return None if row is None else Product.of(row)

    @field(description="Products by name; with a query those that answer it, the best first.")
    async def products(
        self,
        info: Info,
        query: Annotated[
            str | None, strawberry.argument(description="Words of the name, in Chinese or English.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> ProductConnection | None:
        context = info.context
        platform = context.services.platform
        if query is not None:
            page, total = await search.search_names(
                platform, Sought.PRODUCT, query, first=first, after=after
            )
            found = await context.load_many(products_by_id, page.items)
            shown = [one for one in found if one is not None]
            return ProductConnection.of(page.holding(shown), total)
        window = _BY_NAME.window(first, after)
        rows = await store.by_name(platform.database, after=window.after, limit=window.limit)
        named = window.page(rows, key=lambda row: (row.name, row.id))
        return ProductConnection.of(named.map(Product.of), await store.count(platform.database))


@strawberry.type
class ProductMutations:
    @work_for_each("input", "products", most=service.MOST)
    @mutation(
        description="Service accounts and admins: up to 1,000 products, created or updated by sku; "
        "all of them or none."
    )
    async def save_products(
        self,
        info: Info,
        input: SaveProductsInput,  # noqa: A002
    ) -> SaveProductsPayload:
        context, services = info.context, info.context.services
        context.require(Role.SERVICE, Role.ADMIN)
        programme = await services.programmes.current(services.platform.database)
        saved = await service.save(
            services.platform,
            [one.draft() for one in input.products],
            currency=programme.settings.currency,
        )
        return SaveProductsPayload(saved=saved)
