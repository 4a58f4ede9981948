"""What always holds of memberships, of what was paid for them and of the perks that were logged."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Nobody has two memberships at once",
        "SELECT a.member_id, a.id, b.id FROM membership a JOIN membership b"
        " ON a.member_id = b.member_id AND a.id < b.id"
        " AND a.started_at < b.perks_until AND b.started_at < a.perks_until",
    ),
    Invariant(
        "A membership is paid until its last period ends, by as many payments as it has periods",
        "SELECT m.id FROM membership m LEFT JOIN membership_period p"
        "   ON p.member_id = m.member_id AND p.membership_id = m.id"
        " GROUP BY m.id HAVING count(p.number) <> m.period OR max(p.number) <> m.period"
        "   OR max(p.ends_at) <> m.paid_until OR min(p.starts_at) <> m.started_at"
        "   OR m.trial <> bool_or(p.trial AND p.number = m.period)",
    ),
    Invariant(
        "Each period begins where the one before it ended",
        "SELECT membership_id, number FROM (SELECT *,"
        "   lag(ends_at) OVER (PARTITION BY membership_id ORDER BY number) AS before"
        "   FROM membership_period) p"
        " WHERE starts_at <> before OR (number > 1) <> (before IS NOT NULL)",
    ),
    Invariant(
        "A trial is the first period, and nobody tries the same plan twice",
        "SELECT membership_id::text FROM membership_period WHERE trial AND number > 1"
        " UNION ALL SELECT m.member_id::text FROM membership m"
        "   JOIN membership_period p ON p.member_id = m.member_id AND p.membership_id = m.id"
        "   WHERE p.trial GROUP BY m.member_id, m.plan_key HAVING count(*) > 1",
    ),
    Invariant(
        "Perks never outlast what is paid by more than the days of grace",
        "SELECT id FROM membership WHERE perks_until > paid_until + interval '7 days 2 hours'"
        "   OR cancelled_at IS NOT NULL AND perks_until > greatest(paid_until, cancelled_at)"
        "   OR failed_at IS NOT NULL AND perks_until > failed_at + interval '8 days 2 hours'",
    ),
    Invariant(
        "Nothing is called ended before it ends, and what ended was told once",
        "SELECT m.id FROM membership m CROSS JOIN programme_clock c LEFT JOIN activity a"
        "   ON a.source = 'laurels'"
        "   AND a.external_id = 'membership.ended:' || m.id || ':' || m.period"
        " WHERE m.ended AND m.perks_until > clock_timestamp() + c.ahead"
        "   OR m.ended <> (a.id IS NOT NULL)",
    ),
    Invariant(
        "Every period that began is in the activity log",
        "SELECT p.membership_id, p.number FROM membership_period p LEFT JOIN activity a"
        "   ON a.source = 'laurels' AND a.member_id = p.member_id AND a.external_id ="
        "   CASE p.number WHEN 1 THEN 'membership.started:' ELSE 'membership.renewed:' END"
        "   || p.membership_id || ':' || p.number"
        " WHERE a.id IS NULL",
    ),
    Invariant(
        "Perks were used by whoever held the membership, while it gave them",
        "SELECT k.member_id, k.activity_id FROM membership_perk k LEFT JOIN membership m"
        "   ON m.id = k.membership_id AND m.member_id = k.member_id"
        "   AND k.occurred_at > m.started_at AND k.occurred_at < m.perks_until"
        " WHERE m.id IS NULL",
    ),
    Invariant(
        "Points were multiplied by a membership where the entry says so",
        "SELECT k.member_id, k.entry_number FROM membership_perk k LEFT JOIN points_entry e"
        "   ON e.member_id = k.member_id AND e.number = k.entry_number"
        "   AND e.activity_id = k.activity_id"
        " WHERE k.entry_number > 0 AND (e.number IS NULL"
        "   OR NOT e.steps @> '[[\"membership\"]]'::jsonb)",
    ),
)
