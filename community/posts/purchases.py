"""What an author bought of what a post shows: by the paid orders that the shop reported.

An order that was cancelled, or refunded as a whole, is no purchase. Each line of an order stands
for one post that earns by it, the first that is sent on its way; that stays so when the post is
deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.database import Sql

_LINES: Final = """
SELECT a.id AS activity_id, (l.n - 1)::smallint AS line, l.item ->> 'sku' AS sku, a.occurred_at
FROM activity a
CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(a.attributes -> 'items')
  WHEN 'array' THEN a.attributes -> 'items' ELSE '[]' END) WITH ORDINALITY l (item, n)
CROSS JOIN LATERAL (SELECT coalesce(a.attributes ->> 'orderRef', a.external_id) AS ref) o
WHERE a.member_id = $1 AND a.type = 'order.paid' AND l.item ->> 'sku' = ANY($2)
  AND NOT EXISTS (SELECT FROM activity c WHERE c.member_id = $1 AND c.type = 'order.cancelled'
    AND coalesce(c.attributes ->> 'orderRef', c.external_id) = o.ref)
  AND coalesce((SELECT sum((r.attributes ->> 'amount')::numeric) FROM activity r
    WHERE r.member_id = $1 AND r.type = 'order.refunded'
      AND coalesce(r.attributes ->> 'orderRef', r.external_id) = o.ref), 0)
    < greatest((a.attributes ->> 'total')::numeric, 0.000001)
"""


async def bought(sql: Sql, member_id: UUID, skus: Sequence[str]) -> bool:
    """Whether the member bought any of these products."""
    if not skus:
        return False
    found: bool = await sql.fetchval(f"SELECT EXISTS ({_LINES})", member_id, skus)
    return found


_CLAIM: Final = f"""
WITH free AS (
  SELECT DISTINCT ON (b.sku) b.activity_id, b.line, b.sku FROM ({_LINES}) b
  WHERE NOT EXISTS (SELECT FROM post_order_line p
    WHERE p.member_id = $1 AND p.activity_id = b.activity_id AND p.line = b.line)
  ORDER BY b.sku, b.occurred_at, b.activity_id, b.line
), taken AS (
  INSERT INTO post_order_line (member_id, activity_id, line, sku, post_id)
  SELECT $1, activity_id, line, sku, $3 FROM free
  ON CONFLICT DO NOTHING RETURNING sku
)
SELECT f.sku, t.sku IS NOT NULL AS claimed FROM free f LEFT JOIN taken t USING (sku)
"""  # noqa: S608 - own text


async def claim(tx: Sql, member_id: UUID, post_id: UUID, skus: Sequence[str]) -> list[str]:
    """Takes for a post a line of an order for each of the products, where there is one left.

    The key of a line decides between posts that are sent at once; who was too late looks for the
    next line. Returns the products that the post may earn by, in the order of `skus`.
    """
    left, claimed = list(skus), set[str]()
    while left:
        rows = await tx.fetch(_CLAIM, member_id, left, post_id)
        claimed.update(row["sku"] for row in rows if row["claimed"])
        left = [row["sku"] for row in rows if not row["claimed"]]
    return [sku for sku in skus if sku in claimed]
