"""Keeps the trending feed: a new order every ten seconds, if it is another one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from community.feeds import snapshots
from community.feeds.lists import EVERYTHING
from community.feeds.ranking import hottest
from domain.errors import Unavailable
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

EVERY: Final = 10.0  # seconds
_LOCK: Final = 0x1A0_F33D
_KEPT_AT_LEAST: Final = 10  # snapshots, however far the clock was moved


async def keep_trending(platform: Platform) -> None:
    """Works out the order and, where it changed, makes it the present one. Any number of workers
    may do it: one at a time.
    """
    newest = await platform.database.in_transaction(lambda tx: _recomputed(platform, tx))
    if newest is not None:
        with suppress(Unavailable):  # readers turn to PostgreSQL, and the next time makes it good
            await _copy(platform, *newest)


async def _copy(platform: Platform, version: UUID, ids: Sequence[UUID]) -> None:
    there = await snapshots.copied(platform.redis, EVERYTHING, None, start=0, count=0)
    if there is None or there.version != version:
        await snapshots.copy(platform.redis, EVERYTHING, version, ids, fresh=None)


async def _recomputed(platform: Platform, tx: Transaction) -> tuple[UUID, list[UUID]] | None:
    """The present snapshot; None where another worker makes it, or nothing is published."""
    if not await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
        return None
    now = await platform.clock.now(tx)
    ids = await hottest(tx, now, EVERYTHING)
    before = await tx.fetchrow(
        "SELECT version, post_ids FROM feed_snapshot ORDER BY made_at DESC, version DESC LIMIT 1"
    )
    if before is not None and bytes(before["post_ids"]) == snapshots.packed(ids):
        return before["version"], ids
    if before is None and not ids:
        return None
    version = new_id()
    await tx.execute(
        "INSERT INTO feed_snapshot (version, made_at, post_ids) VALUES ($1, $2, $3)",
        version,
        now,
        snapshots.packed(ids),
    )
    await _forget(tx, now - snapshots.LASTS)
    return version, ids


async def _forget(tx: Transaction, before: datetime) -> None:
    await tx.execute(
        "DELETE FROM feed_snapshot WHERE made_at < $1 AND version NOT IN"
        " (SELECT version FROM feed_snapshot ORDER BY made_at DESC, version DESC LIMIT $2)",
        before,
        _KEPT_AT_LEAST,
    )
