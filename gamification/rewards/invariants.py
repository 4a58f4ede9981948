"""What always holds of rewards: stock, limits, and what was paid for what."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "What is taken, fulfilled and cancelled of a reward is what its redemptions say",
        "SELECT reward_id FROM reward_stock s FULL JOIN (SELECT reward_id,"
        "   count(*) FILTER (WHERE state <> 'CANCELLED') AS taken,"
        "   count(*) FILTER (WHERE state = 'FULFILLED') AS fulfilled,"
        "   count(*) FILTER (WHERE state = 'CANCELLED') AS cancelled"
        "   FROM redemption GROUP BY reward_id) r USING (reward_id)"
        " WHERE (coalesce(s.taken, 0), coalesce(s.fulfilled, 0), coalesce(s.cancelled, 0))"
        " <> (coalesce(r.taken, 0), coalesce(r.fulfilled, 0), coalesce(r.cancelled, 0))",
    ),
    Invariant(
        "No more of a reward is out there than was put on sale",
        "SELECT s.reward_id FROM reward_stock s WHERE s.offered < (SELECT count(*)"
        "   FROM redemption r WHERE r.reward_id = s.reward_id AND r.state <> 'CANCELLED')",
    ),
    Invariant(
        "No member has more of a reward than could be had when they last redeemed it",
        "SELECT member_id, reward_id FROM (SELECT DISTINCT ON (member_id, reward_id) member_id,"
        "   reward_id, member_limit FROM redemption ORDER BY member_id, reward_id, id DESC) l"
        " JOIN (SELECT member_id, reward_id, count(*) FROM redemption WHERE state <> 'CANCELLED'"
        "   GROUP BY member_id, reward_id) c USING (member_id, reward_id)"
        " WHERE c.count > l.member_limit",
    ),
    Invariant(
        "Every redemption was paid by an entry of its amount, and each such entry paid for one",
        "SELECT r.id FROM redemption r LEFT JOIN points_entry e ON e.member_id = r.member_id"
        "   AND e.number = r.entry_number AND e.kind = 'REDEEM' AND e.available = -r.cost"
        " WHERE r.cost > 0 AND e.number IS NULL"
        " UNION ALL SELECT max(r.id::text)::uuid FROM redemption r WHERE r.entry_number IS NOT NULL"
        "   GROUP BY r.member_id, r.entry_number HAVING count(*) > 1",
    ),
    Invariant(
        "A cancelled redemption gave its points back, and no other did",
        "SELECT r.id FROM redemption r LEFT JOIN points_entry e ON e.member_id = r.member_id"
        "   AND e.reverses = r.entry_number AND e.kind = 'REFUND' AND e.available = r.cost"
        " WHERE r.cost > 0 AND (r.state = 'CANCELLED') <> (e.number IS NOT NULL)",
    ),
    Invariant(
        "A redemption's coupon is its member's and was issued by it; cancelled, it is void",
        "SELECT r.id FROM redemption r LEFT JOIN coupon c ON c.id = r.coupon_id"
        "   AND c.member_id = r.member_id AND c.source = 'REWARD' AND c.origin_id = r.id"
        " WHERE r.coupon_id IS NOT NULL"
        "   AND (c.id IS NULL OR r.state = 'CANCELLED' AND c.state <> 'VOID')",
    ),
    Invariant(
        "Every coupon of a reward belongs to a redemption",
        "SELECT c.id FROM coupon c LEFT JOIN redemption r ON r.coupon_id = c.id"
        " WHERE c.source = 'REWARD' AND r.id IS NULL",
    ),
    Invariant(
        "The log knows of every redemption, once",
        "SELECT r.id FROM redemption r LEFT JOIN activity a ON a.member_id = r.member_id"
        "   AND a.source = 'laurels' AND a.external_id = 'reward.redeemed:' || r.id"
        " WHERE a.id IS NULL",
    ),
)
