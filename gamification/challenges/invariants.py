"""What always holds of challenges, of who takes part in them, and of what they paid."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_NEWEST: Final = (
    "(SELECT DISTINCT ON (challenge_id) * FROM challenge_version"
    " ORDER BY challenge_id, version DESC)"
)

_SUMS: Final = (
    Invariant(
        "The places taken in a challenge are those of the members who have not left",
        "SELECT c.key FROM challenge c WHERE c.participants <> (SELECT count(*)"
        "   FROM challenge_participation p WHERE p.challenge_id = c.id AND p.state <> 'LEFT')",
    ),
    Invariant(
        "Those who completed a challenge are counted, added up or not",
        "SELECT c.key FROM challenge c WHERE c.completed + (SELECT coalesce(sum(a.completed), 0)"
        "   FROM challenge_addition a WHERE a.challenge_id = c.id) <> (SELECT count(*)"
        "   FROM challenge_participation p WHERE p.challenge_id = c.id AND p.state = 'COMPLETED')",
    ),
    Invariant(
        "What a community has done is the sum of what its members did, added up or not",
        f"WITH own AS (SELECT p.challenge_id, u.place, sum(u.amount) AS amount"  # noqa: S608
        "   FROM challenge_participation p"
        f"  JOIN {_NEWEST} v ON v.challenge_id = p.challenge_id AND v.mode = 'COMMUNITY'"
        "   CROSS JOIN unnest(p.progress) WITH ORDINALITY u (amount, place) GROUP BY 1, 2),"
        " parts AS (SELECT c.id, u.place, u.amount FROM challenge c"
        "   CROSS JOIN unnest(c.community) WITH ORDINALITY u (amount, place)"
        "   UNION ALL SELECT a.challenge_id, u.place, u.amount FROM challenge_addition a"
        "   CROSS JOIN unnest(a.community) WITH ORDINALITY u (amount, place)),"
        " sums AS (SELECT id AS challenge_id, place, sum(amount) AS amount FROM parts"
        "   GROUP BY 1, 2)"
        " SELECT challenge_id, place FROM own FULL JOIN sums USING (challenge_id, place)"
        " WHERE coalesce(own.amount, 0) <> coalesce(sums.amount, 0)",
    ),
)

_TEAMS: Final = (
    Invariant(
        "A team is as large as it says, and not too large",
        f"SELECT t.id FROM challenge_team t JOIN {_NEWEST} v USING (challenge_id)"  # noqa: S608
        " WHERE t.size > v.team_size OR t.size <> (SELECT count(*) FROM challenge_participation p"
        "   WHERE p.team_id = t.id AND p.state <> 'LEFT')",
    ),
    Invariant(
        "A team that anybody is in has its captain in it",
        "SELECT t.id FROM challenge_team t WHERE t.size > 0 AND NOT EXISTS ("
        "   SELECT FROM challenge_participation p WHERE p.team_id = t.id AND p.state <> 'LEFT'"
        "   AND p.member_id = t.captain_id)",
    ),
    Invariant(
        "Teams are of TEAM challenges, and whoever is in one of those is in a team",
        f"SELECT p.id FROM challenge_participation p JOIN {_NEWEST} v"  # noqa: S608
        "   USING (challenge_id) LEFT JOIN challenge_team t ON t.id = p.team_id"
        " WHERE (v.mode = 'TEAM') <> (t.id IS NOT NULL)"
        "   OR t.challenge_id <> p.challenge_id",
    ),
    Invariant(
        "Who completed a challenge with others did so when all of them had reached its goals",
        f"SELECT p.id FROM challenge_participation p JOIN challenge c ON c.id = p.challenge_id"  # noqa: S608
        f" JOIN {_NEWEST} v ON v.challenge_id = c.id"
        " LEFT JOIN challenge_team t ON t.id = p.team_id WHERE p.state = 'COMPLETED'"
        "   AND (v.mode = 'TEAM' AND t.reached_at IS NULL"
        "     OR v.mode = 'COMMUNITY' AND c.reached_at IS NULL)",
    ),
)

_LOG: Final = (
    Invariant(
        "Everybody who takes part joined by an activity, and left by one",
        "SELECT p.id FROM challenge_participation p"
        " LEFT JOIN activity j ON j.source = 'laurels' AND j.member_id = p.member_id"
        "   AND j.external_id = 'challenge.joined:' || p.id"
        " LEFT JOIN activity l ON l.source = 'laurels' AND l.member_id = p.member_id"
        "   AND l.external_id = 'challenge.left:' || p.id"
        " WHERE j.id IS NULL OR (l.id IS NOT NULL) <> (p.state = 'LEFT')",
    ),
    Invariant(
        "Whoever completed a challenge was told so, and nobody else was",
        "SELECT p.id, a.id FROM challenge_participation p"
        " FULL JOIN (SELECT a.*, a.applied_order IS NOT NULL OR EXISTS ("
        "     SELECT FROM activity_application x WHERE x.activity_id = a.id) AS applied"
        "   FROM activity a WHERE a.type = 'challenge.completed' AND a.source = 'laurels') a"
        "   ON a.member_id = p.member_id AND a.external_id = 'challenge.completed:' || p.id"
        " WHERE p.id IS NULL AND a.applied OR a.id IS NULL AND p.state = 'COMPLETED'"
        "   OR a.applied AND p.state <> 'COMPLETED' AND p.revocations = 0",
    ),
    Invariant(
        "Results are given once, when a challenge is over",
        f"SELECT p.id FROM challenge_participation p JOIN {_NEWEST} v USING (challenge_id)"  # noqa: S608
        " CROSS JOIN programme_clock k LEFT JOIN activity a ON a.source = 'laurels'"
        "   AND a.member_id = p.member_id AND a.external_id = 'challenge.ended:' || p.id"
        " WHERE p.ended <> (a.id IS NOT NULL) OR p.state = 'FAILED' AND NOT p.ended"
        "   OR p.ended AND (v.ends_at + v.late_hours * interval '1 hour'"
        "     > clock_timestamp() + k.ahead OR a.attributes ->> 'result' <> p.state)",
    ),
    Invariant(
        "What a challenge promised in points was paid once, to the point",
        "SELECT a.id FROM activity a WHERE a.source = 'laurels'"
        " AND a.type IN ('challenge.completed', 'challenge.milestone_reached')"
        " AND (a.applied_order IS NOT NULL OR EXISTS ("
        "   SELECT FROM activity_application x WHERE x.activity_id = a.id))"
        " AND (a.attributes -> 'reward' ->> 'points')::bigint <> ("
        "   SELECT coalesce(sum(e.available), 0) FROM points_entry e"
        "   WHERE e.member_id = a.member_id AND e.activity_id = a.id"
        "   AND e.kind = 'EARN' AND e.rule_id IS NULL) + coalesce(("
        "   SELECT u.points FROM bundle_unpaid u WHERE u.activity_id = a.id), 0)",
    ),
)

_REVOKED: Final = (
    Invariant(
        "A reward that may be taken back is with who completed the challenge, and with nobody else",
        "SELECT p.id FROM challenge_participation p"
        " LEFT JOIN points_award a ON a.member_id = p.member_id AND a.entry_number = p.award_entry"
        " CROSS JOIN programme g"
        " WHERE p.award_entry IS NOT NULL AND NOT EXISTS (SELECT FROM activity x"
        "   WHERE x.member_id = p.member_id AND x.source = 'laurels'"
        "   AND x.type IN ('challenge.revoked', 'challenge.restored') AND x.applied_order IS NULL"
        "   AND NOT EXISTS (SELECT FROM activity_application y WHERE y.activity_id = x.id))"
        " AND CASE WHEN p.state = 'COMPLETED' THEN coalesce(a.taken_back, 0) <> 0"
        "   ELSE g.debt_policy = 'ALLOW_DEBT' AND coalesce(a.taken_back, 0) <> ("
        "     SELECT e.available FROM points_entry e"
        "     WHERE e.member_id = p.member_id AND e.number = p.award_entry) END",
    ),
)

INVARIANTS: Final = (*_SUMS, *_TEAMS, *_LOG, *_REVOKED)
