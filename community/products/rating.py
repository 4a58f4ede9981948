"""The stars of products, as posts give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from infra.database import Sql, columns


async def rate_each(tx: Sql, added: Mapping[UUID, tuple[int, int]]) -> None:
    """Adds stars and numbers of ratings to every product of posts, in the order of their ids."""
    rows = [(post_id, stars, ratings) for post_id, (stars, ratings) in added.items()]
    if rows:
        await tx.execute(_RATE, *columns(rows, 3))


_RATE: Final = """
WITH rated AS (
  SELECT pp.product_id AS id, sum(n.stars) AS stars, sum(n.ratings) AS ratings
  FROM unnest($1::uuid[], $2::integer[], $3::integer[]) n (post_id, stars, ratings)
  JOIN post_product pp USING (post_id) GROUP BY pp.product_id
), held AS (
  SELECT d.id FROM product d JOIN rated USING (id) ORDER BY d.id FOR UPDATE OF d
)
UPDATE product d SET rating_sum = d.rating_sum + r.stars, rating_count = d.rating_count + r.ratings
FROM rated r JOIN held USING (id) WHERE d.id = r.id
"""
