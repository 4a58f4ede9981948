"""Rehearses a rule on the shop's own past: nothing is written, and nobody is kept waiting.

What is read is one snapshot. Expressions run in a thread of their own, batch by batch, so that
the event loop stays free; whoever is cancelled stops with the batch that is under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.calendar import BEGINNING
from domain.errors import Invalid, LimitReached
from domain.happening import MemberState
from domain.ledger import Books
from domain.orders import ORDER_TYPES, PAID
from domain.programme import Programme
from domain.rehearsal import Outcome, Rehearsal, Trial
from domain.tiers import Tenure
from gamification.expressions import Expressions
from gamification.memberships import perks
from gamification.programme.current import Programmes
from gamification.programme.service import RuleDraft, check_coupon, check_rule, version_of
from infra.activity_log import activity_of
from infra.database import Database, Sql
from insights import past
from insights.past import Wanted

SLOTS: Final = 2
"""How many simulations a deployment runs at a time: each reads as much as it can."""

_LOCK: Final = 0x4C61_7572  # names the slots among PostgreSQL's advisory locks
_ORDERS: Final = "member.orderCount"
_TIERS: Final = frozenset({"member.tier", "member.tierLevel"})

Progress = Callable[[int, int], None]
"""Told after each batch how many activities were read, of how many."""


@dataclass(frozen=True, slots=True)
class Window:
    """Activities that occurred from `since` to before `until`."""

    since: datetime
    until: datetime

    def check(self) -> None:
        """Raises: Invalid for one that is empty."""
        if self.since >= self.until:
            raise Invalid("programme.schedule", field=("to",))


async def simulate(
    database: Database,
    draft: RuleDraft,
    window: Window,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """What the draft would have done, live all along, to activities of the past.

    It begins with an unspent budget. `seconds` is how long it may take.

    Raises: Invalid, NotFound for the coupon, LimitReached when the time is over or others are
    simulating, Unavailable.
    """
    window.check()
    programmes = Programmes(Expressions())  # its own: expressions are for one thread at a time
    check_rule(programmes.expressions, draft)
    limit = asyncio.timeout(seconds)
    try:
        async with limit, database.transaction() as tx:
            await past.begin(tx)
            await _take_slot(tx)
            await check_coupon(tx, draft.coupon_key)
            trial = _trial(programmes, await programmes.current(tx), draft, window)
            return await _rehearse(tx, programmes, trial, progress)
    except TimeoutError:
        if not limit.expired():
            raise
        raise LimitReached("simulation.too_long", field=("to",), seconds=f"{seconds:g}") from None


async def _take_slot(tx: Sql) -> None:
    """Held until the transaction ends. Raises: LimitReached."""
    for slot in range(SLOTS):
        if await tx.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", _LOCK, slot):
            return
    raise LimitReached("simulation.busy")


def _trial(programmes: Programmes, programme: Programme, draft: RuleDraft, window: Window) -> Trial:
    rule = replace(programmes.rule(version_of(draft, None)), coupon=None)
    names = programmes.expressions.names(draft.condition)
    names |= programmes.expressions.names_of_formula(draft.points)
    ladder = programme.ladder
    judges = ladder is not None and (rule.tier_multiplied or bool(names & _TIERS))
    metric = programme.metric(ladder.metric_id) if judges and ladder else None
    return Trial(
        programme=replace(
            programme,
            rules={rule.trigger: (rule,)},
            metrics={} if metric is None else dict.fromkeys(metric.definition.triggers, (metric,)),
            boards=(),
            ladder=ladder if metric else None,
        ),
        rule=rule,
        since=max(window.since, BEGINNING),
        until=window.until,
        counts_orders=_ORDERS in names,
        judges_tiers=metric is not None,
    )


def _wanted(trial: Trial) -> Wanted:
    others: set[str] = set()
    if trial.counts_orders or trial.judges_tiers:
        others |= ORDER_TYPES
    if trial.judges_tiers and trial.programme.ladder is not None:
        others.update(trial.programme.ladder.window.triggers)
    return Wanted(
        trial.rule.trigger,
        trial.since,
        trial.until,
        frozenset(others),
        by_member=trial.rule.budget is None,
    )


async def _rehearse(
    tx: Sql, programmes: Programmes, trial: Trial, progress: Progress | None
) -> Outcome:
    wanted = _wanted(trial)
    rehearsal = Rehearsal(
        trial,
        programmes.expressions.bind,
        await _going_back(tx) if wanted.others else frozenset(),
        keep=not wanted.by_member,
    )
    total = await past.count(tx, wanted) if progress else 0
    done = 0
    batches = aiter(past.batches(tx, wanted))
    rows = await anext(batches, None)
    while rows is not None:
        members = await _newcomers(tx, trial.programme, rows)
        # PostgreSQL finds the next batch while the rule is asked about this one.
        following, _ = await asyncio.gather(
            anext(batches, None), asyncio.to_thread(_add, rehearsal, rows, members)
        )
        done += len(rows)
        if progress is not None:
            progress(done, max(total, done))
        rows = following
    return rehearsal.outcome()


def _add(
    rehearsal: Rehearsal, rows: Iterable[asyncpg.Record], members: Mapping[UUID, MemberState]
) -> None:
    for row in rows:
        activity = activity_of(row)
        at = row["applied_at"] or activity.received_at
        rehearsal.add(activity, at, members[activity.member_id])


async def _newcomers(
    tx: Sql, programme: Programme, rows: Sequence[asyncpg.Record]
) -> dict[UUID, MemberState]:
    """The members of these rows as they joined, with the memberships that they paid for."""
    base, ladder = programme.base_tier.key, programme.ladder
    version = ladder.version if ladder else 0
    members = await tx.fetch(
        "SELECT id, joined_at, coalesce(customer_ref, handle) AS customer_ref FROM member"
        " WHERE id = ANY($1)",
        list({row["member_id"] for row in rows}),
    )
    found = {
        row["id"]: MemberState(
            Books(row["id"]), Tenure(base, version=version), row["joined_at"], row["customer_ref"]
        )
        for row in members
    }
    if programme.sells_memberships:
        await perks.load(tx, found, list(found))
    return found


async def _going_back(tx: Sql) -> frozenset[tuple[UUID, str]]:
    """Orders of which something went back, by member and reference."""
    rows = await tx.fetch(
        "SELECT member_id, coalesce(attributes ->> 'orderRef', external_id) AS ref FROM activity"
        " WHERE type = ANY($1)",
        sorted(ORDER_TYPES - {PAID}),
    )
    return frozenset((row["member_id"], row["ref"]) for row in rows)
