"""Tells authors, by the activity log, what was decided about them: not before it can no longer
be undone in silence.

Notifications read the log; rules of the programme may, too. Each is told once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from community import recording
from community.moderation.decisions import store
from community.moderation.decisions.store import DecisionRow
from domain.moderation.subjects import SubjectKind
from infra.database import Transaction
from infra.ids import Kind, encode_id
from infra.platform import Platform

DECIDED: Final = "moderation.decided"
UNDONE: Final = "moderation.undone"
_BATCH: Final = 100

_KINDS: Final = {
    SubjectKind.POST: Kind.POST,
    SubjectKind.COMMENT: Kind.COMMENT,
    SubjectKind.MEMBER: Kind.MEMBER,
}


async def tell_next(platform: Platform) -> int:
    """Tells of decisions that are due; how many."""

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        due = await store.untold(tx, now, limit=_BATCH)
        for decision in due:
            await recording.record(
                tx, [recording.happened(*_called(DECIDED, decision), now=now, **_about(decision))]
            )
        await store.mark_told(tx, [one.id for one in due], now)
        return len(due)

    return await platform.database.in_transaction(work)


async def tell_undone(tx: Transaction, decision: DecisionRow, now: datetime) -> None:
    """Tells that a decision of which its author knows was undone."""
    member_id, type_, id_ = _called(UNDONE, decision)
    told = recording.happened(member_id, type_, id_, now, now=now, **_about(decision))
    await recording.record(tx, [told])


def _called(type_: str, decision: DecisionRow) -> tuple[UUID, str, UUID]:
    return decision.author_id, type_, decision.id


def _about(decision: DecisionRow) -> dict[str, Any]:
    return {
        "decisionId": str(decision.id),
        "subjectId": encode_id(_KINDS[decision.subject_kind], decision.subject_id),
        "action": decision.action.value,
        "ofAppeal": decision.overrules_id is not None,
    }
