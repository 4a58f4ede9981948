"""Products in the database, and their ratings. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import asyncpg

from domain.text import has_controls
from domain.values import value
from infra.database import Sql, columns
from infra.pictures.store import BESIDE, Image, images_beside


@value
class ProductRow:
    """A product as the shop last described it. `price` is money of `currency`, if it has one."""

    id: UUID
    sku: str
    name: str
    price: Decimal | None
    currency: str | None
    category: str | None
    image_url: str | None
    image_id: UUID | None
    rating_sum: int
    rating_count: int

    @property
    def rating(self) -> float | None:
        """The mean of the stars that published posts gave; None where none did."""
        return self.rating_sum / self.rating_count if self.rating_count else None


_NAMES: Final = tuple(ProductRow.__dataclass_fields__)
COLUMNS: Final = ", ".join(f"d.{name}" for name in _NAMES)
"""What `product_of` reads of the table `product d`."""

_VALUES: Final = cast("Callable[[asyncpg.Record], tuple[Any, ...]]", itemgetter(*_NAMES))


def product_of(row: asyncpg.Record) -> ProductRow:
    """A row of `product` as a value; it may have more columns."""
    return ProductRow(*_VALUES(row))


_SAVE: Final = """
INSERT INTO product (id, sku, name, price, currency, category, image_url, saved_at)
SELECT *, $8 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::text[],
  $7::text[])
ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price,
  currency = excluded.currency, category = excluded.category, image_url = excluded.image_url,
  image_id = CASE WHEN product.image_url = excluded.image_url THEN product.image_id END,
  saved_at = excluded.saved_at
"""


async def save(tx: Sql, rows: Sequence[tuple[object, ...]], now: datetime) -> None:
    """Adds or changes products (id, sku, name, price, currency, category, image_url) by sku.

    Rows come in the order of their skus, each sku once.
    """
    await tx.execute(_SAVE, *columns(rows, 7), now)


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, ProductRow]:
    """The products with these ids; unknown ones are left out."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM product d WHERE d.id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: product_of(row) for row in rows}


async def of_posts(
    sql: Sql, post_ids: Sequence[UUID], *, pictures: bool
) -> tuple[dict[UUID, list[ProductRow]], dict[UUID, Image]]:
    """The products of each post in their order, and, where they are asked for, their pictures."""
    rows = await sql.fetch(_OF_POSTS_WITH_PICTURES if pictures else _OF_POSTS, post_ids)
    found: dict[UUID, list[ProductRow]] = {one: [] for one in post_ids}
    known: dict[UUID, ProductRow] = {}
    for row in rows:
        id_ = row["id"]
        found[row["post_id"]].append(known.get(id_) or known.setdefault(id_, product_of(row)))
    return found, images_beside(rows, "image_id") if pictures else {}


_OF_POSTS: Final = (
    f"SELECT x.post_id, {COLUMNS} FROM post_product x"  # noqa: S608 - own columns
    " JOIN product d ON d.id = x.product_id"
    " WHERE x.post_id = ANY($1) ORDER BY x.post_id, x.position"
)
_OF_POSTS_WITH_PICTURES: Final = (
    f"SELECT x.post_id, {COLUMNS}, {BESIDE} FROM post_product x"  # noqa: S608 - own columns
    " JOIN product d ON d.id = x.product_id LEFT JOIN image i ON i.id = d.image_id"
    " WHERE x.post_id = ANY($1) ORDER BY x.post_id, x.position"
)


async def by_sku(sql: Sql, sku: str) -> ProductRow | None:
    """The product of this number, if there is one."""
    if has_controls(sku):  # PostgreSQL refuses to look for some of them
        return None
    row = await sql.fetchrow(
        f"SELECT {COLUMNS} FROM product d WHERE d.sku = $1",  # noqa: S608 - own columns
        sku,
    )
    return None if row is None else product_of(row)


async def by_name(sql: Sql, *, after: tuple[str, UUID] | None, limit: int) -> list[ProductRow]:
    """Products in the order of their names."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM product d"  # noqa: S608 - own columns
        " WHERE $1::text IS NULL OR (d.name, d.id) > ($1, $2::uuid)"
        " ORDER BY d.name, d.id LIMIT $3",
        *(after or (None, None)),
        limit,
    )
    return [product_of(row) for row in rows]


async def count(sql: Sql) -> int:
    found: int = await sql.fetchval("SELECT count(*) FROM product")
    return found


async def rate(tx: Sql, post_id: UUID, *, stars: int, ratings: int) -> None:
    """Adds stars and a number of ratings to every product of a post, in the order of their ids."""
    await tx.execute(
        "WITH rated AS (SELECT d.id FROM product d JOIN post_product pp ON pp.product_id = d.id"
        "   WHERE pp.post_id = $1 ORDER BY d.id FOR UPDATE OF d)"
        " UPDATE product d SET rating_sum = d.rating_sum + $2, rating_count = d.rating_count + $3"
        " FROM rated WHERE d.id = rated.id",
        post_id,
        stars,
        ratings,
    )
