"""What always holds of the books: entries, balances, lots, holds, awards, orders and limits."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_ENTRIES: Final = (
    Invariant(
        "Every entry balances",
        "SELECT member_id, number FROM points_entry"
        " WHERE available + pending + held + programme <> 0",
    ),
    Invariant(
        "A member's entries are numbered 1, 2, 3 without a gap",
        "SELECT member_id, number FROM (SELECT member_id, number,"
        "   row_number() OVER (PARTITION BY member_id ORDER BY number) AS place"
        "   FROM points_entry) e WHERE number <> place",
    ),
    Invariant(
        "Each entry tells the balance after it",
        "SELECT member_id, number FROM (SELECT member_id, number, available_after,"
        "   sum(available) OVER (PARTITION BY member_id ORDER BY number) AS running"
        "   FROM points_entry) e WHERE available_after <> running",
    ),
    Invariant(
        "Every earning names an activity of its member, and a rule of that type or a bundle",
        "SELECT e.member_id, e.number FROM points_entry e"
        " LEFT JOIN activity a ON a.id = e.activity_id AND a.member_id = e.member_id"
        " LEFT JOIN earn_rule r ON r.id = e.rule_id AND (r.trigger = a.type"
        "   OR (r.trigger, a.type) = ('post.published', 'post.submitted'))"
        " WHERE e.kind = 'EARN' AND (a.id IS NULL OR r.id IS NULL AND NOT ("
        "   e.rule_id IS NULL AND a.source = 'laurels' AND e.steps @> '[[\"bundle\"]]'::jsonb))",
    ),
    Invariant(
        "An activity earns once by each rule",
        "SELECT e.member_id, e.activity_id, r.key FROM points_entry e"
        " JOIN earn_rule r ON r.id = e.rule_id WHERE e.kind = 'EARN'"
        " GROUP BY e.member_id, e.activity_id, r.key HAVING count(*) > 1",
    ),
)

_BALANCES: Final = (
    Invariant(
        "Where a member stands is the sum of their entries",
        "SELECT member_id FROM (SELECT member_id, available, pending, held, lifetime_earned,"
        "   last_entry FROM member_state) s"
        " FULL JOIN (SELECT member_id, sum(available) AS available, sum(pending) AS pending,"
        "   sum(held) AS held, max(number) AS last_entry,"
        "   sum(available) FILTER (WHERE kind IN ('EARN', 'CONFIRM', 'CLAWBACK')) AS earned"
        "   FROM points_entry GROUP BY member_id) e USING (member_id)"
        " WHERE (coalesce(s.available, 0), coalesce(s.pending, 0), coalesce(s.held, 0),"
        "   coalesce(s.lifetime_earned, 0), coalesce(s.last_entry, 0))"
        " <> (coalesce(e.available, 0), coalesce(e.pending, 0), coalesce(e.held, 0),"
        "   coalesce(e.earned, 0), coalesce(e.last_entry, 0))",
    ),
    Invariant(
        "What is available lies in lots, and whoever is in debt has none",
        "SELECT member_id FROM member_state s"
        " FULL JOIN (SELECT member_id, sum(remaining) AS remaining FROM points_lot"
        "   GROUP BY member_id) l USING (member_id)"
        " WHERE greatest(coalesce(s.available, 0), 0) <> coalesce(l.remaining, 0)",
    ),
    Invariant(
        "Each lot holds what entries put into it and took out",
        "SELECT member_id, expires_at FROM points_lot l"
        " FULL JOIN (SELECT e.member_id, (moved ->> 0)::timestamptz AS expires_at,"
        "   sum((moved ->> 1)::bigint) AS remaining"
        "   FROM points_entry e CROSS JOIN jsonb_array_elements(e.lots) moved"
        "   GROUP BY e.member_id, (moved ->> 0)::timestamptz) e USING (member_id, expires_at)"
        " WHERE coalesce(l.remaining, 0) <> coalesce(e.remaining, 0)",
    ),
    Invariant(
        "Nothing comes due before the member's state says so",
        "SELECT s.member_id FROM member_state s"
        " WHERE s.next_due > (SELECT min(l.expires_at) FROM points_lot l"
        "   WHERE l.member_id = s.member_id AND l.remaining > 0)"
        " OR s.next_due > (SELECT min(a.confirms_at) FROM points_award a"
        "   WHERE a.member_id = s.member_id AND NOT a.confirmed)"
        " OR s.next_due > (SELECT min(h.expires_at) FROM points_hold h"
        "   WHERE h.member_id = s.member_id AND h.state = 'OPEN')",
    ),
)

_SPENDING: Final = (
    Invariant(
        "What was spent, held or expired is told lot by lot",
        "SELECT e.member_id, e.number FROM points_entry e"
        " WHERE kind IN ('REDEEM', 'HOLD', 'EXPIRE') AND available IS DISTINCT FROM"
        "   (SELECT sum((m ->> 1)::bigint) FROM jsonb_array_elements(e.lots) m)",
    ),
    Invariant(
        "What comes back is what went out",
        "SELECT e.member_id, e.number FROM points_entry e"
        " LEFT JOIN points_entry o ON o.member_id = e.member_id AND o.number = e.reverses"
        "   AND ((e.kind, o.kind) IN (('REFUND', 'REDEEM'), ('RELEASE', 'HOLD'))"
        "     AND (e.available, e.held) = (-o.available, -o.held)"
        "   OR (e.kind, o.kind) = ('REFUND', 'HOLD') AND e.order_ref = o.order_ref)"
        " WHERE (e.kind IN ('REFUND', 'RELEASE') OR e.reverses IS NOT NULL) AND o.number IS NULL",
    ),
    Invariant(
        "No lot gets back more than was taken from it",
        "SELECT e.member_id, e.reverses FROM (SELECT member_id, reverses, kind, b ->> 0 AS lot,"
        "   sum((b ->> 1)::bigint) AS back FROM points_entry, jsonb_array_elements(lots) b"
        "   WHERE reverses IS NOT NULL GROUP BY 1, 2, 3, 4) e"
        " JOIN points_entry o ON o.member_id = e.member_id AND o.number = e.reverses"
        " LEFT JOIN jsonb_array_elements(o.lots) t ON t ->> 0 = e.lot"
        " WHERE coalesce(-(t ->> 1)::bigint, 0) < e.back",
    ),
    Invariant(
        "What paid for an order comes back in the proportion in which the order did",
        "SELECT h.member_id, h.entry_number FROM points_hold h"
        " JOIN points_entry e ON e.member_id = h.member_id AND e.number = h.entry_number"
        " LEFT JOIN shop_order o ON o.member_id = h.member_id AND o.ref = h.order_ref"
        " WHERE h.given_back <> (SELECT coalesce(sum(b.available), 0) FROM points_entry b"
        "   WHERE b.member_id = h.member_id AND b.reverses = h.entry_number AND b.kind = 'REFUND')"
        " OR h.state = 'CAPTURED' AND h.given_back <> CASE WHEN o.closed THEN e.held"
        "   WHEN o.total > 0 THEN div(e.held * o.refunded, o.total) ELSE 0 END",
    ),
    Invariant(
        "What is held is in open holds",
        "SELECT member_id FROM member_state s"
        " FULL JOIN (SELECT h.member_id, sum(e.held) AS held FROM points_hold h"
        "   JOIN points_entry e ON e.member_id = h.member_id AND e.number = h.entry_number"
        "   WHERE h.state = 'OPEN' GROUP BY h.member_id) h USING (member_id)"
        " WHERE coalesce(s.held, 0) <> coalesce(h.held, 0)",
    ),
    Invariant(
        "Every hold has its entry, and every such entry its hold",
        "SELECT member_id, number FROM (SELECT member_id, number FROM points_entry"
        "   WHERE kind = 'HOLD') e"
        " FULL JOIN (SELECT member_id, entry_number AS number FROM points_hold) h"
        "   USING (member_id, number) WHERE e IS NULL OR h IS NULL",
    ),
    Invariant(
        "A hold is open until it is released, and spent only where it was captured",
        "SELECT h.member_id, h.entry_number FROM points_hold h"
        " LEFT JOIN points_entry r ON r.member_id = h.member_id AND r.reverses = h.entry_number"
        "   AND r.kind = 'RELEASE'"
        " LEFT JOIN points_entry p ON p.member_id = r.member_id AND p.number = r.number + 1"
        "   AND p.kind = 'REDEEM' AND p.available = -r.available"
        "   AND p.order_ref IS NOT DISTINCT FROM h.order_ref"
        " WHERE (h.state = 'OPEN') <> (r IS NULL) OR h.state = 'CAPTURED' AND p IS NULL",
    ),
    Invariant(
        "Who was merged into another has no points but those that activities gave",
        "SELECT e.member_id, e.number FROM points_entry e JOIN member m ON m.id = e.member_id"
        " WHERE m.merged_into IS NOT NULL AND e.kind IN ('ADJUST', 'HOLD', 'REDEEM')",
    ),
    Invariant(
        "Every correction by staff says who made it and why",
        "SELECT member_id, number FROM points_entry"
        " WHERE kind = 'ADJUST' AND (actor_id IS NULL OR coalesce(reason, '') = '')",
    ),
)

_AWARDS: Final = (
    Invariant(
        "An award is as large as its entry",
        "SELECT a.member_id, a.entry_number FROM points_award a"
        " LEFT JOIN points_entry e ON e.member_id = a.member_id AND e.number = a.entry_number"
        "   AND e.kind = 'EARN' WHERE a.points IS DISTINCT FROM e.available + e.pending",
    ),
    Invariant(
        "Awards are taken back by exactly what clawbacks say",
        "SELECT member_id, order_ref, rule_id FROM"
        " (SELECT member_id, coalesce(order_ref, '') AS order_ref, coalesce(rule_id::text, '')"
        "   AS rule_id, sum(taken_back) AS taken FROM points_award GROUP BY 1, 2, 3) a"
        " FULL JOIN (SELECT member_id, coalesce(order_ref, '') AS order_ref,"
        "   coalesce(rule_id::text, '') AS rule_id,"
        "   -sum(available + pending) AS taken FROM points_entry WHERE kind = 'CLAWBACK'"
        "   GROUP BY 1, 2, 3) e USING (member_id, order_ref, rule_id)"
        " WHERE coalesce(a.taken, 0) <> coalesce(e.taken, 0)",
    ),
    Invariant(
        "A refund takes back no more than its share of what was earned",
        "SELECT a.member_id, a.entry_number FROM points_award a"
        " JOIN shop_order o ON o.member_id = a.member_id AND o.ref = a.order_ref"
        " WHERE a.order_ref IS NOT NULL AND NOT o.closed"
        "   AND a.taken_back * o.total > a.points * o.refunded",
    ),
    Invariant(
        "An order names every entry that was awarded for it",
        "SELECT e.member_id, e.number FROM points_entry e"
        " LEFT JOIN shop_order o ON o.member_id = e.member_id AND o.ref = e.order_ref"
        " WHERE e.kind = 'EARN' AND e.order_ref IS NOT NULL"
        "   AND (e.number BETWEEN o.first_award AND o.last_award) IS NOT TRUE",
    ),
    Invariant(
        "Pending points are those of awards that are not confirmed",
        "SELECT member_id FROM member_state s"
        " FULL JOIN (SELECT member_id, sum(points - taken_back) AS pending FROM points_award"
        "   WHERE NOT confirmed GROUP BY member_id) a USING (member_id)"
        " WHERE coalesce(s.pending, 0) <> coalesce(a.pending, 0)",
    ),
)

_ORDERS: Final = (
    Invariant(
        "What went back of an order is the sum of its refunds, never more than its total",
        "SELECT o.member_id, o.ref FROM shop_order o WHERE o.refunded > o.total"
        " OR o.refunded <> (SELECT coalesce(sum(r.value::numeric), 0)"
        "   FROM jsonb_each_text(o.refunds) r)",
    ),
    Invariant(
        "An order is closed when all of it went back",
        "SELECT member_id, ref FROM shop_order WHERE closed AND refunded < total"
        " OR NOT closed AND refunded = total AND total > 0",
    ),
    Invariant(
        "A member's order count is the number of orders that stand",
        "SELECT member_id FROM member_state s"
        " FULL JOIN (SELECT member_id, count(*) AS orders FROM shop_order WHERE NOT closed"
        "   GROUP BY member_id) o USING (member_id)"
        " WHERE coalesce(s.order_count, 0) <> coalesce(o.orders, 0)",
    ),
    Invariant(
        "Every order was opened by the activity that paid it",
        "SELECT o.member_id, o.ref FROM shop_order o"
        " LEFT JOIN activity a ON a.id = o.activity_id AND a.member_id = o.member_id"
        "   AND a.type = 'order.paid' AND coalesce(a.attributes ->> 'orderRef', a.external_id)"
        "   = o.ref WHERE a.id IS NULL",
    ),
)

_LIMITS: Final = (
    Invariant(
        "What a rule has spent is the sum of what it gave",
        "SELECT key FROM earn_rule_spent s"
        " FULL JOIN (SELECT r.key, sum(e.available + e.pending) AS spent FROM points_entry e"
        "   JOIN earn_rule r ON r.id = e.rule_id WHERE e.kind = 'EARN' GROUP BY r.key) e"
        "   USING (key)"
        " WHERE coalesce(s.spent, 0) <> coalesce(e.spent, 0)",
    ),
    Invariant(
        "No rule that always had a budget gives more than the largest",
        "SELECT s.key FROM earn_rule_spent s JOIN earn_rule r USING (key)"
        " GROUP BY s.key, s.spent HAVING bool_and(r.budget IS NOT NULL)"
        "   AND s.spent > max(r.budget)",
    ),
    Invariant(
        "No rule gives a member more in a day than its largest cap",
        "SELECT d.member_id, d.key, d.day FROM earn_rule_day d WHERE d.points > coalesce("
        "   (SELECT max(r.cap_per_member_per_day) FROM earn_rule r WHERE r.key = d.key), 0)",
    ),
    Invariant(
        "What counts against a cap was earned by its rule",
        "SELECT d.member_id, d.key FROM earn_rule_day d GROUP BY d.member_id, d.key"
        " HAVING sum(d.points) > (SELECT coalesce(sum(e.available + e.pending), 0)"
        "   FROM points_entry e JOIN earn_rule r ON r.id = e.rule_id"
        "   WHERE e.member_id = d.member_id AND r.key = d.key AND e.kind = 'EARN')",
    ),
)

INVARIANTS: Final = (*_ENTRIES, *_BALANCES, *_SPENDING, *_AWARDS, *_ORDERS, *_LIMITS)
