"""The engine in somebody else's transaction: what they record is applied before they commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.activity import Activity
from gamification.engine.run import EngineRun
from gamification.programme.current import Programmes
from infra import activity_log
from infra.database import Transaction
from infra.platform import Apply, Platform


def applying(programmes: Programmes) -> Apply:
    """The engine as the platform's port wants it."""

    async def apply(platform: Platform, tx: Transaction, activities: Sequence[Activity]) -> None:
        members = {activity.member_id for activity in activities}
        run = await EngineRun.following(tx, platform, programmes, members)
        staying = [
            replace(
                one,
                member_id=run.stays.get(one.member_id, one.member_id),
                received_at=run.now,
            )
            for one in activities
        ]
        waiting = await activity_log.waiting_of(tx, sorted({one.member_id for one in staying}))
        await run.prepare([*waiting, *staying])
        run.plan_recorded(waiting)
        for activity in staying:
            run.plan(activity)
        await run.write()

    return apply
