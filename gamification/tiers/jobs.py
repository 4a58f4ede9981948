"""Writes down what binds anyway: tiers that ended, and what other rules make of the members.

Late or twice, it changes nothing that a reader sees. Before a tier ends it is announced by an
activity, `tier.loss_announced`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.expressions import Binder
from gamification.ledger import states as states_store
from gamification.metrics.filling import Current
from gamification.tiers import store
from gamification.tiers.keeping import Keeping
from gamification.unit import Unit
from infra.database import Transaction
from infra.platform import Platform

BATCH: Final = 40
"""Members that are locked at once: so few that nobody waits for long, on a busy machine too."""


async def settle_due(platform: Platform, current: Current, bind: Binder) -> int:
    """Judges up to 40 members whose tier ends or must be announced; how many they were."""

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        members = await store.due(tx, now, limit=BATCH)
        return await _judge(tx, platform, current, bind, members) if members else 0

    return await platform.database.in_transaction(work)


async def judge_next(platform: Platform, current: Current, bind: Binder) -> int:
    """Judges the next 40 members by rules that changed; 0 when there are none left.

    It waits until the days of the metric are complete.
    """

    async def work(tx: Transaction) -> int:
        programme = await current(tx)
        ladder = programme.ladder
        if ladder is None or ladder.metric_id in programme.filling:
            return 0
        members = await store.judge_next(tx, ladder, limit=BATCH)
        return await _judge(tx, platform, current, bind, members) if members else 0

    return await platform.database.in_transaction(work)


async def _judge(
    tx: Transaction, platform: Platform, current: Current, bind: Binder, members: list[UUID]
) -> int:
    await current(tx)  # a new version is read before anybody is locked
    states = await states_store.lock(tx, sorted(members))
    now = await platform.clock.now(tx)
    keeping = Keeping(Unit(tx, platform, await current(tx), bind, now, states))
    await keeping.load()
    await keeping.judge(states)
    keeping.announce_losses(states)
    await keeping.write()
    return len(states)
