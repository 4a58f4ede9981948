"""Closes seasons: freezes, archives, seals, signs, tells them, a bounded step in each transaction.

A season that ended after its board was made closes `grace_hours` later, as soon as everything that
was received by then is applied; one from before the board (counted back, or imported) a day after
it was first scored in, and its places are told to nobody; nor are those of teams. Freezing is one
conditional statement: whoever scores holds a share of the season's row, so nothing is half counted.
From then on the standings of the season stay as they are, and any number of workers, each of which
may die anywhere, take the steps that are left, one after another, until it is finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.activity import LAURELS, Activity
from domain.boards import Entry, seals
from domain.boards.prizes import Prize
from domain.boards.seals import Head
from domain.readings.places import PLACED, last_told, placed
from gamification.leaderboards import archive, leagues, mirror, ranking, service, signing
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.store import SeasonKey
from infra import activity_log
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

CHUNKS: Final = 5
"""Steps of the chain that are archived in one transaction."""

TOLD_AT_ONCE: Final = 500


async def close_next(platform: Platform) -> int:
    """Takes one step of a closing that is due; 0 when there is none to take."""
    changed: list[SeasonKey] = []
    unsigned: list[SeasonKey] = []

    async def work(tx: Transaction) -> int:
        changed.clear()
        unsigned.clear()
        row = await tx.fetchrow(_UNDER_WAY)
        if row is None:
            return await _freeze(tx, await platform.clock.now(tx))
        key = (row["leaderboard_id"], row["season_starts_at"])
        if not row["sealed"]:
            if await _archive(tx, row, await platform.clock.now(tx)):
                changed.append(key)
        elif not row["signed"]:
            unsigned.append(key)
        elif not await leagues.settle(tx, key):
            await _tell(tx, row)
        return 1

    done = await platform.database.in_transaction(work)
    for board_id, start in changed:
        await mirror.distrust(platform.redis, Keys(board_id, start))
        await service.publish(platform, board_id, start)
    for key in unsigned:
        await signing.sign(platform, key)
    return done


# Waits for whatever was received before the season closes and is not applied yet.
_DUE: Final = """
SELECT s.leaderboard_id, s.starts_at,
  s.ends_at > b.created_at AND b.teams_of IS NULL AS told, coalesce(
  (SELECT p.prizes FROM leaderboard_prizes p
   WHERE p.leaderboard_id = b.id AND p.since < s.ends_at ORDER BY p.since DESC LIMIT 1), '[]'
) AS prizes
FROM leaderboard_season s JOIN leaderboard b ON b.id = s.leaderboard_id
CROSS JOIN LATERAL (SELECT CASE WHEN s.ends_at > b.created_at
  THEN s.ends_at + make_interval(hours => b.grace_hours)
  ELSE s.registered_at + make_interval(hours => greatest(b.grace_hours, 24)) END AS closes_at) c
WHERE s.frozen_at IS NULL AND s.ends_at <= $1 AND c.closes_at <= $1 AND b.complete
  AND NOT EXISTS (SELECT FROM activity a JOIN activity_partition p USING (partition)
    WHERE a.applied_order IS NULL AND (a.xid, a.sequence) > (p.cursor_xid, p.cursor_seq)
      AND a.received_at < c.closes_at
      AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id))
ORDER BY s.ends_at, s.leaderboard_id LIMIT 1 FOR UPDATE OF s SKIP LOCKED
"""
_FREEZE: Final = """
WITH frozen AS (
  UPDATE leaderboard_season SET frozen_at = $3
  WHERE leaderboard_id = $1 AND starts_at = $2 AND frozen_at IS NULL
  RETURNING leaderboard_id, starts_at
)
INSERT INTO season_closing
  (leaderboard_id, season_starts_at, frozen_order, prizes, tells, digest)
SELECT leaderboard_id, starts_at, nextval('activity_applied_order'), $4::jsonb, $5, $6 FROM frozen
"""


async def _freeze(tx: Sql, now: datetime) -> int:
    """From the end of this transaction on, nothing counts for the season any more."""
    row = await tx.fetchrow(_DUE, now)
    if row is None:
        return 0
    prizes = row["prizes"] if row["told"] else "[]"
    tells = last_told(_prizes(prizes)) if row["told"] else 0
    key = row["leaderboard_id"], row["starts_at"]
    await tx.execute(_FREEZE, *key, now, prizes, tells, seals.FIRST)
    return 1


_UNDER_WAY: Final = """
SELECT c.*, s.ends_at, s.frozen_at, b.key, b.name, EXISTS (SELECT FROM season_signature t
  WHERE t.leaderboard_id = c.leaderboard_id AND t.season_starts_at = c.season_starts_at) AS signed
FROM season_closing c
JOIN leaderboard_season s
  ON s.leaderboard_id = c.leaderboard_id AND s.starts_at = c.season_starts_at
JOIN leaderboard b ON b.id = c.leaderboard_id
WHERE NOT c.finished
ORDER BY c.frozen_order LIMIT 1 FOR UPDATE OF c SKIP LOCKED
"""


async def _archive(tx: Transaction, row: asyncpg.Record, now: datetime) -> bool:
    """Archives the next entries in the order of their ranks; True when that sealed the season."""
    key: SeasonKey = (row["leaderboard_id"], row["season_starts_at"])
    digest, rank = row["digest"], row["archived"]
    for _ in range(CHUNKS):
        entries = await _next_entries(tx, key, rank)
        if entries:
            await archive.write(tx, key, entries)
            digest, rank = seals.extend(digest, entries), entries[-1].rank
        if len(entries) < seals.CHUNK:
            await _seal(tx, row, digest, size=rank, now=now)
            return True
    await tx.execute(
        "UPDATE season_closing SET archived = $3, digest = $4"
        " WHERE leaderboard_id = $1 AND season_starts_at = $2",
        *key,
        rank,
        digest,
    )
    return False


async def _next_entries(tx: Sql, key: SeasonKey, rank: int) -> list[Entry]:
    """The frozen standings behind the entry of this rank, which is archived already."""
    last = await archive.at_rank(tx, key, rank)
    found = await ranking.page(tx, *key, after=last, size=seals.CHUNK)
    ranked = [one for one in found if one.score >= 0]
    return [
        Entry(place, one.member_id, one.score, one.reached_at)
        for place, one in enumerate(ranked, rank + 1)
    ]


async def _seal(tx: Sql, row: asyncpg.Record, digest: bytes, *, size: int, now: datetime) -> None:
    """The board's row is held, so that its seals form one chain."""
    board_id, start = row["leaderboard_id"], row["season_starts_at"]
    await tx.execute("SELECT FROM leaderboard WHERE id = $1 FOR UPDATE", board_id)
    number, previous = await archive.newest(tx, board_id)
    head = Head(board_id, row["key"], start, row["ends_at"], size, number + 1)
    await tx.execute(
        "INSERT INTO season_archive (leaderboard_id, season_starts_at, number, size, digest,"
        "   previous, seal, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        board_id,
        start,
        head.number,
        size,
        digest,
        previous,
        seals.seal(head, digest, previous),
        now,
    )
    await tx.execute(
        "UPDATE season_closing SET archived = $3, digest = $4, sealed = true"
        " WHERE leaderboard_id = $1 AND season_starts_at = $2",
        board_id,
        start,
        size,
        digest,
    )


async def _tell(tx: Sql, row: asyncpg.Record) -> None:
    """Records the next places as activities, which pay their prizes when they are applied."""
    key: SeasonKey = (row["leaderboard_id"], row["season_starts_at"])
    last = min(row["tells"], row["archived"])
    upto = min(row["told"] + TOLD_AT_ONCE, last)
    entries = await archive.between(tx, key, row["told"] + 1, upto)
    prizes = _prizes(row["prizes"])
    await activity_log.record(
        tx, [_activity(row, entry, prizes) for entry in entries], applied=False
    )
    await tx.execute(
        "UPDATE season_closing SET told = $3, finished = $4"
        " WHERE leaderboard_id = $1 AND season_starts_at = $2",
        *key,
        upto,
        upto >= last,
    )


def _activity(row: asyncpg.Record, entry: Entry, prizes: Sequence[Prize]) -> Activity:
    """Its name is made of the board, the season and the rank: the log takes it once."""
    board_id: UUID = row["leaderboard_id"]
    start: datetime = row["season_starts_at"]
    return Activity(
        id=new_id(),
        member_id=entry.member_id,
        type=PLACED,
        source=LAURELS,
        external_id=f"{PLACED}:{board_id}:{start.isoformat()}:{entry.rank}",
        occurred_at=row["frozen_at"],
        received_at=row["frozen_at"],
        attributes=placed(row["key"], row["name"], start, entry, prizes),
    )


def _prizes(written: str) -> list[Prize]:
    loaded: list[dict[str, Any]] = orjson.loads(written)
    return [Prize.from_json(one) for one in loaded]
