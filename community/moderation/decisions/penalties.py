"""What a decision does to its author: a strike, a suspension; and how either is taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from community.deals import leaving
from community.posts import live as posts_live
from domain.moderation.deciding import STRIKE_LASTS
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members import endings
from members.endings import Ending

LIFTED: Final = "LIFT_SUSPENSION"
"""What the log of staff calls the lifting of a suspension; `before` says of which."""


async def strike(tx: Sql, member_id: UUID, decision_id: UUID, now: datetime) -> None:
    """Gives a strike for a decision, or gives it again."""
    await tx.execute(
        "INSERT INTO strike (id, member_id, decision_id, given_at, ends_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (decision_id) DO UPDATE SET lifted_at = NULL",
        new_id(),
        member_id,
        decision_id,
        now,
        now + STRIKE_LASTS,
    )


async def lift_strike(tx: Sql, decision_id: UUID, now: datetime) -> None:
    """Takes the strike of a decision back."""
    await tx.execute(
        "UPDATE strike SET lifted_at = $2 WHERE decision_id = $1 AND lifted_at IS NULL",
        decision_id,
        now,
    )


async def suspension_of(tx: Sql, member_id: UUID) -> dict[str, Any] | None:
    """The suspension of a member as it is written, locked, for `put_back`."""
    row = await tx.fetchrow(
        "SELECT began_at, ends_at, reason FROM member_suspension WHERE member_id = $1 FOR UPDATE",
        member_id,
    )
    if row is None:
        return None
    ends = row["ends_at"]
    return {
        "began_at": row["began_at"].isoformat(),
        "ends_at": None if ends is None else ends.isoformat(),
        "reason": row["reason"],
    }


async def suspend(
    tx: Transaction,
    platform: Platform,
    member_id: UUID,
    *,
    began_at: datetime,
    days: int | None,
    reason: str,
) -> None:
    """Suspends a member for so many days, or lastingly, instead of what suspension they had.

    Whatever they have open live ends at once, and their seats in open groups are free. A
    suspension that staff has lifted since does not come back.
    """
    if await _was_lifted(tx, member_id, began_at):
        return
    ends_at = None if days is None else began_at + timedelta(days=days)
    await _write(tx, platform, member_id, began_at, ends_at, reason)
    await leaving.free_seats(tx, platform, member_id)
    tx.after_commit(partial(endings.announce, platform.pubsub, Ending(member_id=member_id)))


async def _was_lifted(tx: Sql, member_id: UUID, began_at: datetime) -> bool:
    """Whether the suspension that began then was lifted, as the log of staff says."""
    found: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM staff_action s WHERE s.subject_id = $1 AND s.action = $2"
        "   AND (s.before->>'began_at')::timestamptz = $3)",
        member_id,
        LIFTED,
        began_at,
    )
    return found


async def lift(tx: Transaction, platform: Platform, member_id: UUID) -> None:
    """Ends the suspension of a member, before its time."""
    await tx.execute("DELETE FROM member_suspension WHERE member_id = $1", member_id)
    posts_live.announce(tx, platform.pubsub, member_id, None)


async def put_back(
    tx: Transaction,
    platform: Platform,
    member_id: UUID,
    *,
    began_at: datetime,
    before: dict[str, Any] | None,
) -> None:
    """Takes back the suspension that began then, to what was `before`; none where another has
    taken its place.
    """
    present = await suspension_of(tx, member_id)
    if present is None or datetime.fromisoformat(present["began_at"]) != began_at:
        return
    if before is None:
        await lift(tx, platform, member_id)
        return
    ends = before["ends_at"]
    await _write(
        tx,
        platform,
        member_id,
        datetime.fromisoformat(before["began_at"]),
        None if ends is None else datetime.fromisoformat(ends),
        before["reason"],
    )


async def _write(
    tx: Transaction,
    platform: Platform,
    member_id: UUID,
    began_at: datetime,
    ends_at: datetime | None,
    reason: str,
) -> None:
    await tx.execute(
        "INSERT INTO member_suspension (member_id, began_at, ends_at, reason)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (member_id) DO UPDATE SET"
        "   began_at = excluded.began_at, ends_at = excluded.ends_at, reason = excluded.reason",
        member_id,
        began_at,
        ends_at,
        reason,
    )
    posts_live.announce(tx, platform.pubsub, member_id, None)
