"""What always holds of members and their sessions."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "An account and an equal customer number belong to one member",
        "SELECT a.value, a.member_id, m.id AS other FROM account a"
        " JOIN member m ON m.customer_ref = a.value WHERE m.id <> a.member_id",
    ),
    Invariant(
        "Nothing leads to a member that was merged into another",
        "SELECT m.id FROM member m WHERE m.merged_into IS NOT NULL"
        " AND (EXISTS (SELECT FROM account a WHERE a.member_id = m.id)"
        "   OR EXISTS (SELECT FROM session s WHERE s.member_id = m.id))",
    ),
    Invariant(
        "Who was merged into another member had done nothing but join",
        "SELECT m.id, a.id AS activity FROM member m JOIN activity a ON a.member_id = m.id"
        " WHERE m.merged_into IS NOT NULL"
        " AND a.type NOT IN ('member.joined', 'profile.completed')",
    ),
    Invariant(
        "A member is merged into one that was not merged itself",
        "SELECT m.id FROM member m JOIN member h ON h.id = m.merged_into"
        " WHERE h.merged_into IS NOT NULL",
    ),
    Invariant(
        "Everybody with a customer number or an account has joined",
        "SELECT m.id FROM member m WHERE (m.customer_ref IS NOT NULL"
        "   OR EXISTS (SELECT FROM account a WHERE a.member_id = m.id))"
        " AND NOT EXISTS (SELECT FROM activity j WHERE j.source = 'laurels'"
        "   AND j.external_id = 'member.joined:' || m.id)",
    ),
    Invariant(
        "A profile is complete once, and the log says so",
        "SELECT m.id FROM member m WHERE (m.profile_completed_at IS NOT NULL) <> EXISTS ("
        "   SELECT FROM activity c WHERE c.source = 'laurels'"
        "     AND c.external_id = 'profile.completed:' || m.id)",
    ),
    Invariant(
        "A session in use has one unused refresh token at most",
        "SELECT session_id FROM refresh_token WHERE used_at IS NULL"
        " GROUP BY session_id HAVING count(*) > 1",
    ),
)
