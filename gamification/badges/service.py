"""The verbs of badges: save a badge, follow a member's awards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.badges import BadgeDraft, Rise, check_badge
from domain.errors import Invalid, NotFound
from domain.expressions import ExpressionRefused
from domain.metrics.tallies import kept_as
from gamification.badges import live, store
from gamification.badges.store import NOBODY, BadgeRow
from gamification.expressions import Expressions
from gamification.metrics import store as metrics_store
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.pictures import store as pictures
from infra.platform import Platform

_NOT_OF_THE_PAST: Final = frozenset({"member.tier", "member.tierLevel", "member.segment"})

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


async def save_badge(
    platform: Platform,
    expressions: Expressions,
    draft: BadgeDraft,
    *,
    zone: ZoneInfo,
    changed: Changed,
) -> BadgeRow:
    """Adds a badge or changes the one with this key; what says nothing new changes nothing.

    Another metric, other thresholds or another answer about revoking make a new version, by which
    everybody is judged; what was awarded before is kept. Earlier activities count.

    Raises: Invalid (an expression's fault with its position), NotFound for a picture that is not
    there; both name the field.
    """
    draft = check_badge(draft)
    _check_condition(expressions, draft.metric.condition)
    if draft.image_id and not await pictures.by_ids(platform.database, [draft.image_id]):
        raise NotFound("image.unknown", field=("imageId",))

    async def work(tx: Transaction) -> BadgeRow:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        known = await store.by_key(tx, draft.key)
        wanted = await _wanted(tx, platform, draft, known, zone)
        new_version = known is None or known.version != wanted.version
        if known == wanted:
            return wanted
        if new_version:
            reader = f"badge:{wanted.id}"
            await metrics_store.keep(tx, wanted.metric_id, reader)
            if known is not None and known.metric_id != wanted.metric_id:
                await metrics_store.stop_keeping(tx, known.metric_id, reader)
        await store.put_badge(tx, wanted, new_version=new_version, now=await platform.clock.now(tx))
        return wanted

    return await platform.database.in_transaction(work)


async def _wanted(
    tx: Transaction, platform: Platform, draft: BadgeDraft, known: BadgeRow | None, zone: ZoneInfo
) -> BadgeRow:
    """The badge as it is to be."""
    now = await platform.clock.now(tx)
    made = known or BadgeRow(
        id=new_id(),
        key=draft.key,
        name=draft.name,
        description=draft.description,
        image_id=None,
        version=0,
        changed_on=date.min,
        judged_to=None,
        created_at=now,
        metric_id=NOBODY,
        definition=draft.metric,
        thresholds=(),
        revocable=False,
    )
    wanted = replace(
        made,
        name=draft.name,
        description=draft.description,
        image_id=draft.image_id,
        metric_id=await metrics_store.metric_id(tx, kept_as(draft.metric)),
        definition=draft.metric,
        thresholds=draft.thresholds,
        revocable=draft.revocable,
    )
    if known is not None and _asks(known) == _asks(wanted):
        return replace(wanted, definition=known.definition)
    today = calendar.day_of(now, zone)
    return replace(wanted, version=made.version + 1, changed_on=today, judged_to=NOBODY)


def _asks(badge: BadgeRow) -> object:
    """What it takes to earn and keep the badge; the rest judges nobody."""
    return badge.definition.as_json(), badge.thresholds, badge.revocable


def _check_condition(expressions: Expressions, condition: str | None) -> None:
    """A badge looks back, so it cannot depend on what nobody remembers of the past."""
    try:
        names = expressions.names(condition)
    except ExpressionRefused as refused:
        raise refused.at("metric", "condition") from None
    if names & _NOT_OF_THE_PAST:
        name = min(names & _NOT_OF_THE_PAST)
        raise Invalid("metric.of_the_present", field=("metric", "condition"), name=name)


async def follow(platform: Platform, member_id: UUID) -> AsyncIterator[list[Rise]]:
    """The levels that the member reached with each change, lowest first."""
    async for rises in live.rises_of(platform.pubsub, member_id):
        yield rises
