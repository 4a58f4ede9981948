"""What always holds of the queue, of decisions and of appeals."""

from __future__ import annotations

from typing import Final

from community.moderation.reports.outcomes import SETTLED
from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "A decided item names its decision, which was not undone",
        "SELECT i.id FROM review_item i LEFT JOIN decision d ON d.id = i.decision_id"
        " WHERE i.decision_id IS NOT NULL AND (d.item_id IS DISTINCT FROM i.id"
        "   OR d.reversal = 'UNDONE' AND NOT EXISTS (SELECT FROM review_item o"
        "     WHERE o.subject_id = i.subject_id AND o.created_at >= i.created_at"
        "     AND o.id <> i.id))",
    ),
    Invariant(
        "The queue is as long as is counted, of each origin",
        "SELECT origin FROM (SELECT origin, sum(undecided) AS u, sum(decided) AS d"
        "   FROM review_tally GROUP BY origin) t FULL JOIN (SELECT origin,"
        "   count(*) FILTER (WHERE decided_at IS NULL) AS u, count(decided_at) AS d"
        "   FROM review_item GROUP BY origin) i USING (origin)"
        " WHERE (coalesce(t.u, 0), coalesce(t.d, 0)) <> (coalesce(i.u, 0), coalesce(i.d, 0))",
    ),
    Invariant(
        "An item weighs what its signals weigh, and has the place that goes with it",
        "SELECT i.id FROM review_item i WHERE abs(i.weight - (SELECT coalesce(sum(s.weight), 0)"
        "   FROM review_signal s WHERE s.item_id = i.id)) > 0.000001"
        " OR abs(extract(epoch FROM i.due_at - i.rank_at) - i.weight * 3600) > 0.001",
    ),
    Invariant(
        "An appeal is as its answer in force says, and so is what it is against",
        "SELECT a.id FROM appeal a JOIN decision f ON f.id = a.decision_id"
        " LEFT JOIN decision d ON d.overrules_id = f.id AND d.reversed_at IS NULL"
        " WHERE a.state <> CASE WHEN d.id IS NULL THEN 'OPEN'"
        "   WHEN d.action = 'RESTORE' THEN 'OVERTURNED' ELSE 'UPHELD' END"
        " OR (a.state = 'OVERTURNED') <> (f.reversal IS NOT DISTINCT FROM 'OVERTURNED')",
    ),
    Invariant(
        "Nobody decided about their own, what they reported, or against their own decision",
        "SELECT d.id FROM decision d WHERE d.moderator_id = d.author_id"
        " OR d.overruled_by = d.moderator_id AND NOT d.alone"
        " OR EXISTS (SELECT FROM report r WHERE r.subject_id = d.subject_id"
        "   AND r.reporter_id = d.moderator_id AND r.id < d.id)",
    ),
    Invariant(
        "Strikes are of warnings in force, and each of these gave one",
        "SELECT d.id FROM decision d LEFT JOIN strike s ON s.decision_id = d.id"
        " WHERE d.overrules_id IS NULL AND (s.id IS NOT NULL AND s.lifted_at IS NULL)"
        "   <> (d.action = 'WARN' AND d.reversed_at IS NULL)"
        " UNION ALL SELECT s.id FROM strike s JOIN decision d ON d.id = s.decision_id"
        " WHERE s.member_id <> d.author_id OR s.given_at <> d.decided_at",
    ),
    Invariant(
        "A report is about what its item is about, and weighs something",
        "SELECT r.id FROM report r JOIN review_item i ON i.id = r.item_id"
        " WHERE r.subject_id <> i.subject_id OR i.appeal_id IS NOT NULL OR r.weight <= 0",
    ),
    Invariant(
        "Reporters know how their reports ended, unless a decision is still to be told of",
        f"SELECT r.id FROM report r LEFT {SETTLED} WHERE r.told IS DISTINCT FROM s.outcome"  # noqa: S608 - own text
        " AND NOT EXISTS (SELECT FROM decision d WHERE d.subject_id = r.subject_id"
        "   AND d.told_at IS NULL AND d.reversed_at IS NULL)",
    ),
    Invariant(
        "Every decision is in the log of what staff did",
        "SELECT d.id FROM decision d WHERE NOT EXISTS (SELECT FROM staff_action s"
        "   WHERE s.subject_id = d.subject_id AND s.actor_id = d.moderator_id"
        "   AND s.action = d.action AND s.after->>'decision' = d.id::text)",
    ),
)
