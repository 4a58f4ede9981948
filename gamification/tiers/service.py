"""The verbs of tiers: save a tier, say what tiers are measured by, follow a member's tier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.errors import Invalid
from domain.expressions import ExpressionRefused
from domain.metrics.windows import by_day
from domain.tiers import RulesDraft, TierDraft, check_rules, check_tier
from gamification.expressions import Expressions
from gamification.metrics import store as metrics_store
from gamification.tiers import live, store
from gamification.tiers.store import NOBODY, RulesRow, TierRow
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

_OF_TIERS: Final = frozenset({"member.tier", "member.tierLevel", "member.segment"})

_READER: Final = "tiers"
"""Who reads the metric that is kept for tiers."""

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


async def save_tier(
    platform: Platform, draft: TierDraft, *, zone: ZoneInfo, changed: Changed
) -> TierRow:
    """Adds a tier or changes the one with this key. Level 0 is the base and has no threshold.

    Raises: Invalid, Conflict when another tier has the level or the order would break.
    """

    async def work(tx: Transaction) -> TierRow:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        tiers = await store.tiers(tx)
        check_tier(draft, [(one.level, one.threshold) for one in tiers if one.key != draft.key])
        known = next((one for one in tiers if one.key == draft.key), None)
        saved = await store.put_tier(tx, _tier(draft, known))
        if known is None or _asks(known) != _asks(saved):
            await store.change_ladder(tx, await _today(platform, tx, zone))
        return saved

    return await platform.database.in_transaction(work)


def _asks(tier: TierRow) -> tuple[int, int]:
    """What it takes to hold it, and where it stands; its name and multiplier judge nobody."""
    return tier.level, tier.threshold


def _tier(draft: TierDraft, known: TierRow | None) -> TierRow:
    kept = known.benefits if known else ()
    return TierRow(
        id=known.id if known else new_id(),
        key=draft.key,
        name=draft.name,
        level=draft.level,
        threshold=draft.threshold,
        points_multiplier=draft.points_multiplier,
        benefits=kept if draft.benefits is None else draft.benefits,
    )


async def save_rules(
    platform: Platform,
    expressions: Expressions,
    draft: RulesDraft,
    *,
    zone: ZoneInfo,
    changed: Changed,
) -> RulesRow:
    """Says what the tiers are measured by; what says nothing new changes nothing.

    Whoever holds a tier keeps it for the grace days at least, and earlier activities count.

    Raises: Invalid (an expression's fault with its position), naming the field.
    """
    check_rules(draft)
    _check_condition(expressions, draft.metric.condition)

    async def work(tx: Transaction) -> RulesRow:
        await changed(tx)
        known = await store.rules(tx)
        wanted = RulesRow(
            metric_id=await metrics_store.metric_id(tx, by_day(draft.metric)),
            definition=draft.metric,
            grace_days=draft.grace_days,
            notice_days=draft.notice_days,
            version=known.version + 1 if known else 1,
            changed_on=await _today(platform, tx, zone),
            judged_to=NOBODY,
        )
        if known is not None and _same(known, wanted):
            return known
        await metrics_store.keep(tx, wanted.metric_id, _READER)
        if known is not None and known.metric_id != wanted.metric_id:
            await metrics_store.stop_keeping(tx, known.metric_id, _READER)
        await store.put_rules(tx, wanted)
        return wanted

    return await platform.database.in_transaction(work)


def _check_condition(expressions: Expressions, condition: str | None) -> None:
    """A tier cannot depend on itself, nor on what nobody remembers when looking back."""
    try:
        names = expressions.names(condition)
    except ExpressionRefused as refused:
        raise refused.at("metric", "condition") from None
    if names & _OF_TIERS:
        name = min(names & _OF_TIERS)
        raise Invalid("tier.circular", field=("metric", "condition"), name=name)


def _same(known: RulesRow, wanted: RulesRow) -> bool:
    return (
        known.definition.as_json() == wanted.definition.as_json()
        and known.grace_days == wanted.grace_days
        and known.notice_days == wanted.notice_days
    )


async def _today(platform: Platform, tx: Transaction, zone: ZoneInfo) -> date:
    return calendar.day_of(await platform.clock.now(tx), zone)


async def follow(platform: Platform, member_id: UUID) -> AsyncIterator[None]:
    """A moment each time when the member's tier became another one."""
    async for _ in live.changes_of(platform.pubsub, member_id):
        yield
