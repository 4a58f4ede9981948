"""Looks back at the log for metrics that began to be kept while members already had a past.

A member is counted anew from the log under the member's lock, so that nothing can be applied
beside it, and whoever does it again finds the same. A job goes through all members; whoever needs
the days of one that it has not reached yet lets them be counted at once.

Every unit of work reads the programme's version after it has locked its members (`EngineRun.open`).
So whatever was applied to a member without the new metric was committed before the job could lock
that member, and is found by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from domain import contributions
from domain.contributions import FOLLOWED
from domain.expressions import Binder
from domain.happening import MemberState
from domain.metrics import Metric
from domain.orders import ORDER_TYPES
from domain.programme import Programme
from domain.recounting import Recount, recount
from gamification.contributions import store as contributions_store
from gamification.ledger import states as states_store
from gamification.metrics import store
from infra.database import Sql, Transaction
from infra.platform import Platform

_MEMBERS: Final = 25
_ACTIVITIES: Final = 500
"""A batch looks at no more, beyond those of its first member: it must not hold locks for long."""

Current = Callable[[Sql], Awaitable[Programme]]


async def recounted(
    sql: Sql, programme: Programme, bind: Binder, states: Sequence[MemberState], metric: Metric
) -> dict[UUID, Recount]:
    """What the metric comes to for each of the members by the log alone."""
    types = sorted({*metric.definition.triggers, *ORDER_TYPES, *FOLLOWED})
    done = await store.applied(sql, [state.member_id for state in states], types)
    return {
        state.member_id: recount(
            [metric], programme.settings, bind, state, done.get(state.member_id, ())
        )
        for state in states
    }


async def fill(
    tx: Sql, programme: Programme, bind: Binder, states: Sequence[MemberState], metric: Metric
) -> None:
    """Counts the metric's days of locked members anew, from what was applied to them."""
    found = await recounted(tx, programme, bind, states, metric)
    tallies = {member_id: one.tallies for member_id, one in found.items()}
    await store.replace_tallies(tx, [metric.id], tallies)
    await note(tx, found)
    for state in states:
        contributions.note(state.contributions, found[state.member_id].contributed)


async def note(tx: Sql, found: Mapping[UUID, Recount]) -> None:
    """Writes into members' orders and contributions what they added: so it can be taken back."""
    counted = [
        (member_id, ref, of_order)
        for member_id, one in found.items()
        for ref, of_order in one.counted.items()
    ]
    await store.note_counted(tx, counted)
    await contributions_store.note_counted(
        tx, {member_id: one.contributed for member_id, one in found.items()}
    )


async def fill_missing(
    tx: Sql, programme: Programme, bind: Binder, states: Sequence[MemberState], metric: Metric
) -> None:
    """Fills for those of the locked members that the job has not reached yet."""
    if metric.id not in programme.filling:
        return
    reached = await store.filled_to(tx, metric.id)
    missing = [state for state in states if reached is None or state.member_id > reached]
    if missing:
        await fill(tx, programme, bind, missing, metric)


async def fill_next(
    platform: Platform,
    current: Current,
    bind: Binder,
    *,
    changed: Callable[[Sql], Awaitable[object]],
) -> int:
    """Takes the next members of a metric that is not complete; 0 when all metrics are.

    `changed` tells, in the same transaction, that the programme has another version.
    """

    async def work(tx: Transaction) -> int:
        row = await tx.fetchrow(
            "SELECT metric_id, filled_to FROM metric_keeping WHERE NOT complete"
            " ORDER BY metric_id LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        if row is None:
            return 0
        metric_id: UUID = row["metric_id"]
        definition = (await store.metrics(tx, [metric_id]))[metric_id]
        members = await store.members_after(
            tx, row["filled_to"], definition.triggers, limit=_MEMBERS, activities=_ACTIVITIES
        )
        if not members:
            await store.complete(tx, metric_id)
            await changed(tx)
            return 1
        await current(tx)  # a new version is read before anybody is locked
        states = await states_store.lock(tx, members)
        programme = await current(tx)
        metric = programme.metric(metric_id)
        if metric is not None:  # it is not when its condition no longer compiles
            await fill(tx, programme, bind, list(states.values()), metric)
        await store.reach(tx, metric_id, members[-1])
        return len(members)

    return await platform.database.in_transaction(work)
