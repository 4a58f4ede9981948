"""Writes decisions, and their ends, into the log of staff actions: what was before, what is now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from community.moderation.decisions.moving import Held
from community.moderation.decisions.store import DecisionRow
from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from infra.database import Sql


async def decided(tx: Sql, taken: Iterable[tuple[DecisionRow, Held, Held]]) -> None:
    """Writes decisions down, each with what was decided about before and after."""
    await log.write_each(tx, [_decided(*one) for one in taken])


def _decided(decision: DecisionRow, before: Held, after: Held) -> StaffAction:
    said: dict[str, Any] = {
        "decision": str(decision.id),
        "policy": None if decision.policy_id is None else str(decision.policy_id),
        "policyVersion": decision.policy_version,
        "revision": decision.revision,
        "note": decision.note,
        "suspendDays": decision.suspend_days,
    }
    if decision.overrules_id is not None:
        said |= {"appealOf": str(decision.overrules_id), "alone": decision.alone}
    suspension = decision.before.get("suspension")
    had = {} if suspension is None else {"suspension": suspension}
    return StaffAction(
        actor_id=decision.moderator_id,
        action=decision.action.value,
        subject_kind=decision.subject_kind.value,
        subject_id=decision.subject_id,
        before=_state(before) | had,
        after=_state(after) | said,
        done_at=decision.decided_at,
    )


async def undone(
    tx: Sql, decision: DecisionRow, before: Held, after: Held, *, by: UUID, now: datetime
) -> None:
    """Writes down that a decision was undone."""
    await log.write(
        tx,
        StaffAction(
            actor_id=by,
            action="UNDO",
            subject_kind=decision.subject_kind.value,
            subject_id=decision.subject_id,
            before=_state(before) | {"decision": str(decision.id), "action": decision.action},
            after=_state(after),
            done_at=now,
        ),
    )


def _state(held: Held) -> dict[str, Any]:
    if held.state is None:
        return {}
    return {
        "state": held.state.value,
        "featured": held.featured,
        "repairable": held.repairable,
    }
