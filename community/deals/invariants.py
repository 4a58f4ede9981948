"""What always holds of deals: nobody too many, nothing cut too deep, everything owed once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from community.deals import store
from domain.deals.deal import Deal
from infra.database import Sql
from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "As many stand in a deal as are counted, never more than it takes",
        "SELECT d.id FROM deal d LEFT JOIN (SELECT deal_id AS id, count(*) AS n, max(place) AS last"
        "   FROM deal_part GROUP BY 1) p USING (id)"
        " WHERE coalesce(p.n, 0) <> d.filled OR p.n > d.size OR p.last > d.places",
    ),
    Invariant(
        "Whoever leads an open group is in it; nobody helps with their own bargain",
        "SELECT d.id FROM deal d LEFT JOIN deal_part p"
        "   ON p.deal_id = d.id AND p.member_id = d.owner_id"
        " WHERE d.kind = 'GROUP_BUY' AND d.state <> 'FAILED' AND p.place IS NULL"
        "   OR d.kind = 'BARGAIN' AND p.place IS NOT NULL",
    ),
    Invariant(
        "Cuts never go below the floor, and all of them together reach it",
        "SELECT d.id FROM deal d JOIN (SELECT deal_id AS id, sum(cut) AS cut FROM deal_part"
        "   GROUP BY 1) p USING (id) WHERE d.kind = 'BARGAIN' AND (p.cut > d.start_price - d.price"
        "   OR (p.cut = d.start_price - d.price) <> (d.filled = d.size))",
    ),
    Invariant(
        "An offer has sold what its deals hold that are open or have succeeded",
        "SELECT o.id FROM deal_offer o LEFT JOIN (SELECT offer_id AS id,"
        "   sum(CASE kind WHEN 'GROUP_BUY' THEN size ELSE 1 END) AS n FROM deal"
        "   WHERE state <> 'FAILED' GROUP BY 1) d USING (id) WHERE o.taken <> coalesce(d.n, 0)",
    ),
    Invariant(
        "The shop owes every buyer of a deal that succeeded one unit, and nobody else",
        "SELECT deal_id, member_id FROM (SELECT d.id AS deal_id, p.member_id FROM deal d"
        "   JOIN deal_part p ON p.deal_id = d.id"
        "   WHERE d.kind = 'GROUP_BUY' AND d.state = 'SUCCEEDED'"
        "   UNION ALL SELECT id, owner_id FROM deal"
        "   WHERE kind = 'BARGAIN' AND state = 'SUCCEEDED') b"
        " FULL JOIN (SELECT deal_id, member_id, id FROM deal_order) o USING (deal_id, member_id)"
        " FULL JOIN (SELECT split_part(external_id, ':', 2)::uuid AS deal_id, member_id, id AS told"
        "   FROM activity WHERE source = 'laurels' AND type = 'deal.succeeded') a"
        "   USING (deal_id, member_id)"
        " WHERE o.id IS NULL OR a.told IS NULL OR NOT EXISTS (SELECT FROM deal d"
        "   WHERE d.id = deal_id AND d.state = 'SUCCEEDED')",
    ),
    Invariant(
        "Everybody in a deal that failed was told, once",
        "SELECT p.deal_id, p.member_id FROM deal d JOIN deal_part p ON p.deal_id = d.id"
        " LEFT JOIN activity a ON a.source = 'laurels' AND a.member_id = p.member_id"
        "   AND a.external_id = 'deal.failed:' || d.id || ':' || p.member_id"
        " WHERE d.kind = 'GROUP_BUY' AND d.state = 'FAILED' AND a.id IS NULL",
    ),
)


_ALL: Final = "SELECT id FROM deal WHERE kind = 'BARGAIN' AND filled > 0 ORDER BY id"


async def differing(sql: Sql) -> AsyncIterator[str]:
    """Bargains whose cuts are not what their seeds say, a line each."""
    ids = [row["id"] for row in await sql.fetch(_ALL)]
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        parts = await store.parts(sql, some)
        for deal in (await store.by_ids(sql, some)).values():
            if _differs(deal, [part.cut for part in parts[deal.id]]):
                yield f"bargain={deal.id}"


def _differs(deal: Deal, cut: list[object]) -> bool:
    return list(deal.cuts()[: len(cut)]) != cut
