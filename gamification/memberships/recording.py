"""Writes memberships, and records what became of them as activities of their members.

Rules, metrics and messages read it there. An activity's name holds the membership and its
period, so that the log itself refuses to be told of it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.activity import LAURELS, Activity
from domain.memberships import Membership, Notice
from gamification.memberships import store
from infra import activity_log
from infra.database import Sql
from infra.ids import Kind, encode_id, new_id


async def write(tx: Sql, memberships: Sequence[Membership], now: datetime) -> None:
    """Writes memberships of locked members; their activities wait for the consumer."""
    await store.put(tx, memberships)
    told = [_activity(one, notice, now) for one in memberships for notice in one.notices]
    await activity_log.record(tx, told, applied=False)
    for one in memberships:
        one.notices.clear()


def _activity(one: Membership, notice: Notice, now: datetime) -> Activity:
    return Activity(
        id=new_id(),
        member_id=one.member_id,
        type=notice.type,
        source=LAURELS,
        external_id=f"{notice.type}:{one.id}:{notice.period}",
        occurred_at=notice.at,
        received_at=now,
        attributes={
            "membershipId": encode_id(Kind.MEMBERSHIP, one.id),
            "plan": one.plan_key,
            "period": notice.period,
            "trial": notice.trial,
            "paidUntil": notice.paid_until.isoformat(),
            "perksUntil": notice.perks_until.isoformat(),
        },
    )
