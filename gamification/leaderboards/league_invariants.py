"""What must always hold of leagues, and of what standings by values and days have seen."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

# Everybody of a decided cohort in the order of their places; who is hidden stays where they are.
_PLACES: Final = """
SELECT p.board_id, p.season_starts_at, p.member_id, p.division, p.became, s.hidden, s.score,
  (d.league->>'promoted')::int AS promoted, (d.league->>'demoted')::int AS demoted,
  (d.league->>'divisions')::int AS divisions,
  row_number() OVER (cohort ORDER BY s.score < 0, -s.score, s.reached_at, s.member_id) AS place,
  count(*) OVER cohort AS size, count(*) FILTER (WHERE s.score >= 0) OVER cohort AS ranked
FROM league_place p
JOIN league_division d USING (board_id, season_starts_at, division)
JOIN standing s USING (member_id, board_id, season_starts_at)
WHERE p.became IS NOT NULL
WINDOW cohort AS (
  PARTITION BY p.board_id, p.season_starts_at, p.division, p.cohort, s.hidden)
"""

INVARIANTS: Final = (
    Invariant(
        "Cohorts of a league are full, but for the last of each division",
        "SELECT d.board_id, d.season_starts_at, d.division, k.cohort FROM league_division d"
        " CROSS JOIN LATERAL (SELECT (d.league->>'cohortSize')::int AS size) r"
        " CROSS JOIN LATERAL generate_series(1, (d.placed + r.size - 1) / r.size) k (cohort)"
        " WHERE least(r.size, d.placed - (k.cohort - 1) * r.size) <> (SELECT count(*)"
        "   FROM league_place p WHERE (p.board_id, p.season_starts_at, p.division, p.cohort)"
        "     = (d.board_id, d.season_starts_at, d.division, k.cohort))"
        " UNION ALL SELECT p.board_id, p.season_starts_at, p.division, p.cohort"
        " FROM league_place p LEFT JOIN league_division d"
        "   USING (board_id, season_starts_at, division)"
        " WHERE p.cohort IS NOT NULL AND ((p.cohort - 1) * (d.league->>'cohortSize')::int"
        "   < d.placed) IS NOT TRUE",
    ),
    Invariant(
        "The first of each cohort rise and its last fall, by the rules of the season",
        "SELECT board_id, season_starts_at, member_id FROM (SELECT l.*, CASE WHEN hidden"  # noqa: S608 - our own
        "     THEN division WHEN place <= rising THEN least(division + 1, divisions)"
        "     WHEN place > size - least(demoted, size - rising, greatest(size - promoted, 0))"
        "     THEN greatest(division - 1, 1) ELSE division END AS expected"
        f"   FROM (SELECT t.*, least(promoted, ranked) AS rising FROM ({_PLACES}) t) l) e"
        " WHERE became <> expected",
    ),
    Invariant(
        "Members are in the division to which their last season brought them",
        "SELECT l.member_id, l.board_id FROM (SELECT DISTINCT ON (member_id, board_id) *"
        "   FROM league_place WHERE became IS NOT NULL"
        "   ORDER BY member_id, board_id, season_starts_at DESC) l"
        " LEFT JOIN league_member m USING (member_id, board_id)"
        " WHERE m.division IS DISTINCT FROM l.became",
    ),
    Invariant(
        "Standings by different values are as many as were seen",
        "SELECT s.member_id, s.board_id, s.season_starts_at FROM standing s"
        " JOIN leaderboard b ON b.id = s.board_id"
        " WHERE b.measure = 'DISTINCT' AND b.teams_of IS NULL AND s.value <> (SELECT count(*)"
        "   FROM standing_cell c WHERE (c.member_id, c.board_id, c.season_starts_at)"
        "     = (s.member_id, s.board_id, s.season_starts_at) AND c.amount > 0)",
    ),
    Invariant(
        "Standings by days in a row are the longest run of days that were seen",
        # Materialized: cells of other boards are no dates.
        "WITH runs AS MATERIALIZED (SELECT s.member_id, s.board_id, s.season_starts_at, s.value"
        "   FROM standing s JOIN leaderboard b ON b.id = s.board_id"
        "   WHERE b.measure = 'STREAK' AND b.teams_of IS NULL)"
        " SELECT s.member_id, s.board_id, s.season_starts_at FROM runs s WHERE s.value <> (SELECT"
        "   coalesce(max(days), 0) FROM (SELECT count(*) AS days FROM (SELECT c.cell::date"
        "     - (row_number() OVER (ORDER BY c.cell))::int AS run FROM standing_cell c"
        "     WHERE (c.member_id, c.board_id, c.season_starts_at)"
        "       = (s.member_id, s.board_id, s.season_starts_at) AND c.amount > 0) d"
        "   GROUP BY run) r)",
    ),
)
