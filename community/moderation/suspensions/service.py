"""The verb of staff: lift a suspension."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.moderation.decisions import penalties
from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from domain.errors import NotAllowed, NotFound
from infra.database import Transaction
from infra.platform import Platform
from members import store as members

TOLD: Final = "suspension.lifted"


async def lift(platform: Platform, moderator_id: UUID, member_id: UUID) -> None:
    """Ends a member's suspension now; where there is none in force it changes nothing.

    The decision that suspended them stays on record, and so do strikes. The member is told.

    Raises: NotFound, NotAllowed for one's own.
    """
    if moderator_id == member_id:
        raise NotAllowed("suspension.own", field=("memberId",))

    async def work(tx: Transaction) -> None:
        if member_id not in await members.profiles(tx, [member_id]):
            raise NotFound("node.not_found", field=("memberId",))
        present = await penalties.suspension_of(tx, member_id)
        now = await platform.clock.now(tx)
        if present is None or _is_over(present["ends_at"], now):
            return
        await penalties.lift(tx, platform, member_id)
        await log.write(
            tx,
            StaffAction(
                actor_id=moderator_id,
                action=penalties.LIFTED,
                subject_kind="MEMBER",
                subject_id=member_id,
                before=present,
                after={},
                done_at=now,
            ),
        )
        began = present["began_at"]
        await recording.record(tx, [recording.happened(member_id, TOLD, member_id, began, now=now)])

    await platform.database.in_transaction(work)


def _is_over(ends_at: str | None, now: datetime) -> bool:
    return ends_at is not None and datetime.fromisoformat(ends_at) <= now
