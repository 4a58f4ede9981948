"""What always holds of referrals."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "A referral is paid to each side once, as the log knows it",
        "SELECT r.id FROM referral r FULL JOIN (SELECT split_part(external_id, ':', 2)::uuid AS id,"
        "   array_agg(split_part(external_id, ':', 3)"
        "     ORDER BY split_part(external_id, ':', 3)) AS sides,"
        "   array_agg(member_id ORDER BY split_part(external_id, ':', 3)) AS members"
        "   FROM activity WHERE source = 'laurels' AND type = 'referral.rewarded' GROUP BY 1) a"
        " USING (id)"
        " WHERE (r.state IS NOT DISTINCT FROM 'REWARDED') <> (a.id IS NOT NULL)"
        " OR a.id IS NOT NULL AND (a.sides <> CASE WHEN r.refusal IS NULL"
        "     THEN '{REFEREE,REFERRER}'::text[] ELSE '{REFEREE}' END"
        "   OR a.members[1] <> r.referee_id OR a.members[2] <> r.referrer_id)",
    ),
    Invariant(
        "Of a month as many referrals count as were paid to the referrer",
        "SELECT coalesce(m.referrer_id, r.referrer_id) FROM referral_month m"
        " FULL JOIN (SELECT referrer_id, rewarded_month AS month, count(*) AS n FROM referral"
        "   WHERE state = 'REWARDED' AND refusal IS NULL GROUP BY 1, 2) r"
        "   USING (referrer_id, month)"
        " WHERE coalesce(m.rewarded, 0) <> coalesce(r.n, 0)",
    ),
    Invariant(
        "Nobody was brought by whom they brought, nor by anybody further down",
        "WITH RECURSIVE up (start, id) AS ("
        "   SELECT referee_id, referrer_id FROM referral WHERE origin = 'CLAIM'"
        "     AND refusal IS DISTINCT FROM 'CYCLE'"
        "   UNION SELECT up.start, r.referrer_id FROM up JOIN referral r ON r.referee_id = up.id"
        "     AND r.refusal IS DISTINCT FROM 'CYCLE' WHERE up.id <> up.start)"
        " SELECT start FROM up WHERE id = start",
    ),
    Invariant(
        "What qualified a referral occurred after it began, to the referee",
        "SELECT r.id FROM referral r LEFT JOIN activity a ON a.id = r.activity_id"
        " WHERE r.activity_id IS NOT NULL AND r.qualified_at < r.created_at"
        "   OR r.activity_id IS NOT NULL AND a.member_id IS DISTINCT FROM r.referee_id",
    ),
    Invariant(
        "A referral that signals refuse or hold is not paid, unless staff let it go on",
        "SELECT r.id FROM referral r WHERE r.state = 'REWARDED' AND NOT r.cleared"
        " AND (SELECT sum(weight) FROM referral_signal s WHERE s.referral_id = r.id) >= 50",
    ),
)
