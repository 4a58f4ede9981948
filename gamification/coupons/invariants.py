"""What always holds of coupons."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Every coupon is of a template",
        "SELECT c.id FROM coupon c LEFT JOIN coupon_template t ON t.id = c.template_id"
        " WHERE t.id IS NULL",
    ),
    Invariant(
        "What a coupon template has issued is the number of its coupons that are not void",
        "SELECT key FROM coupon_supply s"
        " FULL JOIN (SELECT t.key, count(*) AS issued FROM coupon c"
        "   JOIN coupon_template t ON t.id = c.template_id WHERE c.state <> 'VOID' GROUP BY 1) c"
        "   USING (key)"
        " WHERE coalesce(s.issued, 0) <> coalesce(c.issued, 0)",
    ),
    Invariant(
        "A coupon is used within its term",
        "SELECT id FROM coupon WHERE used_at >= expires_at",
    ),
    Invariant(
        "A coupon takes off what its terms say, below no minimum spend",
        "SELECT c.id FROM coupon c JOIN coupon_template t ON t.id = c.template_id"
        " WHERE c.state = 'USED' AND (c.order_total < t.minimum_spend"
        "   OR c.order_currency <> t.currency AND (t.kind = 'FIXED' OR t.minimum_spend IS NOT NULL)"
        "   OR c.discount > CASE t.kind WHEN 'FIXED' THEN t.discount"
        "        WHEN 'PERCENT' THEN c.order_total * t.discount / 100 ELSE 0 END)",
    ),
    Invariant(
        "Every coupon of a rule was given for an activity of its member",
        "SELECT c.id FROM coupon c"
        " LEFT JOIN activity a ON a.id = c.origin_id AND a.member_id = c.member_id"
        " WHERE c.source = 'RULE' AND (a.id IS NULL OR NOT EXISTS ("
        "   SELECT FROM earn_rule r JOIN coupon_template t ON t.key = r.coupon_key"
        "   WHERE r.key = c.rule_key AND r.trigger = a.type AND t.id = c.template_id))",
    ),
    Invariant(
        "An order that went back has no coupons: what it earned is void, what it used came back",
        "SELECT c.id FROM coupon c JOIN shop_order o ON o.member_id = c.member_id AND o.closed"
        " AND (o.ref = c.order_ref AND c.voided_at IS NULL"
        "   OR c.state = 'USED' AND o.ref = c.used_for_order)",
    ),
)
