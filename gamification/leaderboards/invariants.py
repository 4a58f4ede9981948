"""What must always hold of boards: as SQL over the standings, and between them and Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import seals
from gamification.leaderboards import (
    archive,
    league_invariants,
    mirror,
    ranking,
    scripts,
    service,
    signing,
    store,
)
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.store import SeasonKey
from infra import credential_keys
from infra.database import Sql
from infra.invariants import Invariant
from infra.platform import Platform

INVARIANTS: Final = (
    *league_invariants.INVARIANTS,
    Invariant(
        "Every standing belongs to a season on record",
        "SELECT s.member_id, s.board_id, s.season_starts_at FROM standing s"
        " WHERE NOT EXISTS (SELECT FROM leaderboard_season x"
        "   WHERE x.leaderboard_id = s.board_id AND x.starts_at = s.season_starts_at)",
    ),
    Invariant(
        "Seasons of a board do not overlap",
        "SELECT leaderboard_id, starts_at FROM (SELECT leaderboard_id, starts_at, ends_at,"
        "   lead(starts_at) OVER (PARTITION BY leaderboard_id ORDER BY starts_at) AS following"
        "   FROM leaderboard_season) s WHERE following < coalesce(ends_at, 'infinity')",
    ),
    Invariant(
        "No standing has a version that is still to come",
        "SELECT member_id, board_id, season_starts_at FROM standing"
        " WHERE version > (SELECT last_value FROM standing_version)",
    ),
    Invariant(
        "A season is frozen exactly when it is being closed or closed",
        "SELECT coalesce(s.leaderboard_id, c.leaderboard_id), season_starts_at"
        " FROM (SELECT leaderboard_id, starts_at AS season_starts_at FROM leaderboard_season"
        "   WHERE frozen_at IS NOT NULL) s"
        " FULL JOIN season_closing c USING (leaderboard_id, season_starts_at)"
        " FULL JOIN season_archive a USING (leaderboard_id, season_starts_at)"
        " WHERE s.leaderboard_id IS NULL OR c.leaderboard_id IS NULL"
        "   OR c.sealed <> (a.leaderboard_id IS NOT NULL)",
    ),
    Invariant(
        "The archive of a closed season is its standings in the order of ranks",
        "SELECT leaderboard_id, season_starts_at, rank FROM (SELECT * FROM season_entry"
        "   JOIN season_archive USING (leaderboard_id, season_starts_at)) e"
        " FULL JOIN (SELECT x.board_id AS leaderboard_id, x.season_starts_at, x.member_id, x.score,"
        "     x.reached_at, row_number() OVER (PARTITION BY x.board_id, x.season_starts_at"
        "       ORDER BY -x.score, x.reached_at, x.member_id) AS rank"
        "   FROM standing x JOIN season_archive a"
        "     ON a.leaderboard_id = x.board_id AND a.season_starts_at = x.season_starts_at"
        "   WHERE x.score >= 0) s USING (leaderboard_id, season_starts_at, rank)"
        " WHERE (e.member_id, e.score, e.reached_at)"
        "   IS DISTINCT FROM (s.member_id, s.score, s.reached_at)",
    ),
    Invariant(
        "The places of a finished season are told once, each to whoever has it",
        "SELECT leaderboard_id, season_starts_at, rank FROM (SELECT e.* FROM season_closing c"
        "   JOIN season_entry e USING (leaderboard_id, season_starts_at)"
        "   WHERE c.sealed AND e.rank <= c.told) e"
        " FULL JOIN (SELECT b.id AS leaderboard_id,"
        "     (a.attributes->>'season')::timestamptz AS season_starts_at,"
        "     (a.attributes->>'rank')::int AS rank, a.member_id"
        "   FROM activity a JOIN leaderboard b ON b.key = a.attributes->>'board'"
        "   WHERE a.type = 'season.placed' AND a.source = 'laurels') t"
        "   USING (leaderboard_id, season_starts_at, rank)"
        " WHERE e.member_id IS DISTINCT FROM t.member_id",
    ),
    Invariant(
        "On a board of teams stands what everybody of a team did, now in it or before",
        "SELECT coalesce(t.team_id, s.member_id) AS team_id, s.board_id"
        " FROM (SELECT p.team_id, b.id AS board_id, b.starts_at,"
        "     sum(p.progress[g.place]) AS value, max(p.counted_at[g.place]) AS reached_at"
        "   FROM leaderboard b JOIN challenge_participation p ON p.challenge_id = b.teams_of"
        "   CROSS JOIN LATERAL (SELECT goals FROM challenge_version v"
        "     WHERE v.challenge_id = b.teams_of ORDER BY version DESC LIMIT 1) v"
        "   CROSS JOIN LATERAL (SELECT min(u.place)::int AS place"
        "     FROM jsonb_array_elements(v.goals) WITH ORDINALITY u (goal, place)"
        "     WHERE u.goal->>'metricId' = b.metric_id::text"
        "       AND u.goal->'metric'->>'measure' = b.measure) g"
        "   WHERE g.place IS NOT NULL GROUP BY 1, 2, 3) t"
        " FULL JOIN (SELECT s.* FROM standing s JOIN leaderboard b ON b.id = s.board_id"
        "   WHERE b.teams_of IS NOT NULL) s"
        "   ON s.member_id = t.team_id AND s.board_id = t.board_id"
        "   AND s.season_starts_at = t.starts_at"
        " LEFT JOIN leaderboard_season x ON x.leaderboard_id = coalesce(t.board_id, s.board_id)"
        "   AND x.starts_at = coalesce(t.starts_at, s.season_starts_at)"
        " WHERE x.frozen_at IS NULL AND (s.value, s.reached_at) IS DISTINCT FROM"
        "   (t.value, t.reached_at) AND (t.reached_at IS NOT NULL OR s.member_id IS NOT NULL)",
    ),
    Invariant(
        "Every season that is finished is signed",
        "SELECT leaderboard_id, season_starts_at FROM season_closing c WHERE finished"
        " AND NOT EXISTS (SELECT FROM season_signature t WHERE"
        "   (t.leaderboard_id, t.season_starts_at) = (c.leaderboard_id, c.season_starts_at))",
    ),
    Invariant(
        "Prizes of places are paid once, as the season's prizes were when it ended",
        "SELECT a.id FROM activity a"
        " JOIN leaderboard b ON b.key = a.attributes->>'board'"
        " JOIN season_closing c ON c.leaderboard_id = b.id"
        "   AND c.season_starts_at = (a.attributes->>'season')::timestamptz"
        " LEFT JOIN LATERAL (SELECT (p->'reward'->>'points')::bigint AS points"
        "   FROM jsonb_array_elements(c.prizes) p"
        "   WHERE (a.attributes->>'rank')::int BETWEEN (p->>'fromRank')::int"
        "     AND (p->>'toRank')::int) prize ON true"
        " LEFT JOIN LATERAL (SELECT sum(available) AS points FROM points_entry e"
        "   WHERE e.activity_id = a.id AND e.kind = 'EARN' AND e.rule_id IS NULL) paid ON true"
        " LEFT JOIN activity_application x ON x.activity_id = a.id"
        " WHERE a.type = 'season.placed' AND a.source = 'laurels' AND x.activity_id IS NOT NULL"
        "   AND coalesce(paid.points, 0) + coalesce((SELECT u.points FROM bundle_unpaid u"
        "     WHERE u.activity_id = a.id), 0) <> coalesce(prize.points, 0)",
    ),
)

_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.5


async def differing_copies(platform: Platform, zone: ZoneInfo) -> AsyncIterator[str]:
    """A line for each present season whose complete copy in Redis is not what PostgreSQL says.

    A board that is being scored differs for moments; only one that stays different is told. A copy
    that is not complete is read by nobody and therefore not wrong.

    Raises: Unavailable.
    """
    now = await platform.clock.now()
    for board in await store.boards():
        season = await service.season_shown(platform, board, now, zone)
        keys = Keys(board.id, season.starts_at)
        difference = await _difference(platform, keys)
        for _ in range(_TRIES):
            if difference is not None:
                await asyncio.sleep(_PAUSE_SECONDS)
                difference = await _difference(platform, keys)
        if difference is not None:
            yield f"{board.key}: {difference}"


async def broken_seals(sql: Sql) -> AsyncIterator[str]:
    """A line for each closed season whose entries, seal or signature are not those it got."""
    keys = await credential_keys.published(sql)
    before: dict[UUID, bytes] = {}
    for row in await sql.fetch(f"{signing.HEADS} ORDER BY a.leaderboard_id, a.number"):
        board_id, start = row["leaderboard_id"], row["season_starts_at"]
        digest, size = await _digest(sql, (board_id, start))
        head, previous = replace(signing.head_of(row), size=size), before.get(board_id, b"")
        before[board_id] = row["seal"]
        if (previous, seals.seal(head, digest, previous)) != (row["previous"], row["seal"]):
            yield f"{row['key']}: the season of {start.isoformat()} is not what was sealed"
        elif row["token"] is not None:
            said = seals.statement(head, digest, previous, row["sealed_at"])
            if credential_keys.signed(row["token"], keys, kind=signing.KIND) != said:
                yield f"{row['key']}: the season of {start.isoformat()} is not what was signed"


async def _digest(sql: Sql, season: SeasonKey) -> tuple[bytes, int]:
    """What the entries of a closed season come to, and how many they are."""
    digest, size = seals.FIRST, 0
    while chunk := await archive.between(sql, season, size + 1, size + seals.CHUNK):
        digest, size = seals.extend(digest, chunk), chunk[-1].rank
    return digest, size


async def _difference(platform: Platform, keys: Keys) -> str | None:
    """The first place at which copy and truth part, streamed page by page."""
    place = 0
    pages = ranking.pages(
        platform.database, keys.board_id, keys.season_starts_at, size=scripts.BATCH
    )
    async for page in pages:
        ranked = [(s.member_id, s.score, s.reached_at) for s in page if s.score >= 0]
        copy = await mirror.top(platform.redis, keys, first=max(len(ranked), 1), offset=place)
        if copy is None:
            return None
        shown = [(e.member_id, e.score, e.reached_at) for e in copy[: len(ranked)]]
        if shown != ranked:
            return f"another order between ranks {place + 1} and {place + len(ranked)}"
        place += len(ranked)
    size = await mirror.size(platform.redis, keys)
    return None if size in {None, place} else f"{size} ranked in Redis, {place} in PostgreSQL"
