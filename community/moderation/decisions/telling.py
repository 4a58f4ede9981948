"""Tells authors, by the activity log, what was decided about them: not before it can no longer
be undone in silence.

Notifications read the log; rules of the programme may, too. Each is told once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from community import recording
from community.moderation.decisions import store
from community.moderation.decisions.store import DecisionRow
from community.moderation.decisions.told import KINDS, said_of
from community.moderation.measures import second_looks
from community.moderation.policies import store as policies
from community.moderation.policies.store import PolicyRow
from community.moderation.reports.telling import tell_reporters
from infra.database import Transaction
from infra.ids import Kind, encode_id
from infra.platform import Platform

DECIDED: Final = "moderation.decided"
UNDONE: Final = "moderation.undone"
_BATCH: Final = 100


async def tell_next(platform: Platform) -> int:
    """Tells of decisions that are due; how many."""

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        due = await store.untold(tx, now, limit=_BATCH)
        referred = await _policies(tx, due)
        for decision in due:
            said = _about(decision, referred)
            await recording.record(
                tx, [recording.happened(*_called(DECIDED, decision), now=now, **said)]
            )
        told = [one.id for one in due]
        await store.mark_told(tx, told, now)
        await tell_reporters(tx, [one.subject_id for one in due], now)
        if told:
            await second_looks.draw(tx, platform, told, now)
        return len(due)

    return await platform.database.in_transaction(work)


async def tell_undone(tx: Transaction, decision: DecisionRow, now: datetime) -> None:
    """Tells that a decision of which its author knows was undone."""
    member_id, type_, id_ = _called(UNDONE, decision)
    said = _about(decision, await _policies(tx, [decision]))
    told = recording.happened(member_id, type_, id_, now, now=now, **said)
    await recording.record(tx, [told])
    await tell_reporters(tx, [decision.subject_id], now)


def _called(type_: str, decision: DecisionRow) -> tuple[UUID, str, UUID]:
    return decision.author_id, type_, decision.id


_Referred: TypeAlias = Mapping[tuple[UUID, int], PolicyRow]


async def _policies(tx: Transaction, found: Sequence[DecisionRow]) -> _Referred:
    """The policies that decisions refer to, each at its version."""
    wanted = {one.policy for one in found if one.policy is not None}
    return await policies.at_versions(tx, wanted) if wanted else {}


def _about(decision: DecisionRow, referred: _Referred) -> dict[str, Any]:
    policy = None if decision.policy is None else referred[decision.policy]
    return {
        "decisionId": encode_id(Kind.DECISION, decision.id),
        "subjectId": encode_id(KINDS[decision.subject_kind], decision.subject_id),
        "action": decision.action.value,
        "ofAppeal": decision.overrules_id is not None,
        **said_of(decision, policy),
    }
