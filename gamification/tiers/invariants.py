"""What always holds of tiers and of metrics by day: as SQL, and by counting anew from the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain import calendar, tiers
from domain.expressions import Binder
from domain.happening import MemberState
from domain.ledger import Books
from domain.metrics import Metric
from domain.metrics.tallies import Tally
from domain.programme import Programme
from domain.tiers import Tenure
from gamification.metrics import store as metrics_store
from gamification.metrics.filling import Current, recounted
from gamification.tiers import store
from gamification.tiers.keeping import days_of
from infra.database import Sql, Transaction
from infra.invariants import Invariant
from infra.platform import Platform

INVARIANTS: Final = (
    Invariant(
        "Every tier that is held is a tier of the programme",
        "SELECT m.member_id, m.tier FROM member_tier m LEFT JOIN tier t ON t.key = m.tier"
        " WHERE t.key IS NULL",
    ),
    Invariant(
        "Only a tier above the base ever ends",
        "SELECT m.member_id FROM member_tier m JOIN tier t ON t.key = m.tier"
        " WHERE t.level = 0 AND m.kept_through < 'infinity'",
    ),
    Invariant(
        "A tier that ends has a moment at which somebody looks at it",
        "SELECT member_id FROM member_tier"
        " WHERE kept_through < 'infinity' AND due_at > kept_through + interval '2 days'",
    ),
    Invariant(
        "Nobody's tier was judged by rules that are still to come",
        "SELECT m.member_id FROM member_tier m WHERE m.version >"
        " coalesce((SELECT max(version) FROM tier_rules), 0)",
    ),
    Invariant(
        "Tiers are measured by a metric whose days are kept",
        "SELECT r.metric_id FROM tier_rules r LEFT JOIN metric_keeping k USING (metric_id)"
        " WHERE k.metric_id IS NULL",
    ),
)

_PAGE: Final = 500


async def differing(platform: Platform, current: Current, bind: Binder) -> AsyncIterator[str]:
    """A line for each member whose days, or whose tier, are not what the log says.

    All of it is read as of one moment, while everybody goes on working. Metrics that are still
    being filled, and members whom new rules have not judged yet, are left out.

    Raises: Unavailable.
    """
    async with platform.database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        now = await platform.clock.now(tx)
        programme = await current(tx)
        after = store.NOBODY
        while states := await _members(tx, after):
            after = states[-1].member_id
            for metric_id in sorted(programme.kept_by_day.keys() - programme.filling):
                metric = programme.metric(metric_id)
                if metric is not None:
                    for line in await _miscounted(tx, programme, bind, states, metric):
                        yield line
            for line in await _misjudged(tx, programme, states, now):
                yield line


async def _members(sql: Sql, after: UUID) -> list[MemberState]:
    rows = await sql.fetch(
        "SELECT id, joined_at, coalesce(customer_ref, handle) AS ref FROM member"
        " WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        _PAGE,
    )
    return [MemberState(Books(row["id"]), Tenure(), row["joined_at"], row["ref"]) for row in rows]


async def _miscounted(
    tx: Transaction,
    programme: Programme,
    bind: Binder,
    states: Sequence[MemberState],
    metric: Metric,
) -> list[str]:
    wanted = metrics_store.Wanted(metric.id, metric.definition.measure, date.min)
    kept = await metrics_store.tallies(tx, [state.member_id for state in states], [wanted])
    found = await recounted(tx, programme, bind, states, metric)
    lines: list[str] = []
    for member_id, one in found.items():
        right = _amounts(one.tallies.get(metric.id))
        shown = _amounts(kept.get((member_id, metric.id)))
        lines += [
            f"member {member_id} on {day}{' ' * bool(item)}{item}:"
            f" kept {shown.get((day, item), 0)}, counted {right.get((day, item), 0)}"
            for day, item in sorted(right.keys() | shown.keys())
            if right.get((day, item)) != shown.get((day, item))
        ]
    return lines


def _amounts(tally: Tally | None) -> dict[tuple[date, str], Decimal]:
    """What is not nothing, by day and item."""
    if tally is None:
        return {}
    named = {(day, one): n for day, items in tally.items.items() for one, n in items.items() if n}
    return {(day, ""): amount for day, amount in tally.days.items() if amount} | named


async def _misjudged(
    tx: Transaction, programme: Programme, states: Sequence[MemberState], now: datetime
) -> list[str]:
    ladder = programme.ladder
    if ladder is None or ladder.metric_id in programme.filling or await store.judging(tx):
        return []
    today = calendar.day_of(now, programme.settings.zone)
    members = [state.member_id for state in states]
    written = await store.tenures(tx, members)
    days = await days_of(tx, ladder, members, today)
    lines: list[str] = []
    for member_id in members:
        tenure = written.get(member_id) or Tenure(ladder.base.key, version=ladder.version)
        right = replace(tenure, promised=dict(tenure.promised))
        tiers.judge(ladder, right, days[member_id], today)
        if tenure.holds_on(today) and (right.tier, right.through) != (tenure.tier, tenure.through):
            lines.append(
                f"member {member_id} holds {tenure.tier} through {tenure.through}:"
                f" by what counts it is {right.tier} through {right.through}"
            )
    return lines
