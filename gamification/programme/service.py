"""The verbs of the programme's designers: settings and rules, each change a new version."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from domain import calendar
from domain.activity import check_type
from domain.earning import RuleState
from domain.errors import Invalid, NotFound
from domain.expressions import ExpressionRefused
from domain.ledger import MOST_POINTS, DebtPolicy
from domain.text import check_text
from gamification.badges import store as badges_store
from gamification.coupons import templates
from gamification.expressions import Expressions
from gamification.leaderboards import lookback
from gamification.metrics import store as metrics_store
from gamification.programme import store
from gamification.programme.store import RuleRow, SettingsRow
from gamification.tiers import store as tiers_store
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST_NAME: Final = 60
_LONGEST_TERM: Final = 36_500
_MOST_REVIEWS: Final = 1_000
_MOST_WORTH: Final = Decimal(1_000_000)
_FINEST_WORTH: Final = Decimal("0.000001")


Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """An earn rule as a designer hands it in. Source: `EarnRuleInput` of the contract."""

    key: str
    name: str
    state: RuleState
    trigger: str
    condition: str | None
    points: str
    tier_multiplied: bool = False
    pending_days: int = 0
    expires_after_days: int | None = None
    cap_per_member_per_day: int | None = None
    budget: int | None = None
    coupon_key: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


async def save_rule(
    platform: Platform,
    expressions: Expressions,
    draft: RuleDraft,
    *,
    changed: Changed = store.bump,
) -> RuleRow:
    """Saves a rule as its next version; one that says nothing new stays at its version.

    Raises: Invalid (an expression's fault with its position), naming the field.
    """
    draft = replace(draft, condition=(draft.condition or "").strip() or None)
    check_rule(expressions, draft)

    async def work(tx: Transaction) -> RuleRow:
        await store.locked_version(tx)  # first: concurrent designers wait for each other
        await check_coupon(tx, draft.coupon_key)
        newest = await store.newest_rule(tx, draft.key)
        rule = version_of(draft, newest)
        if newest is not None and replace(rule, id=newest.id, version=newest.version) == newest:
            return newest
        await store.add_rule(tx, rule, await platform.clock.now(tx))
        await changed(tx)
        return rule

    return await platform.database.in_transaction(work)


def check_rule(expressions: Expressions, draft: RuleDraft) -> None:
    """Refuses a rule that could never work.

    Raises: Invalid, naming the field.
    """
    _check_key(draft.key)
    _check_name(draft.name)
    check_type(draft.trigger, field=("trigger",))
    for field, source in (("condition", draft.condition), ("points", draft.points)):
        try:
            if field == "condition":
                expressions.compile_condition(source)
            else:
                expressions.compile_formula(source or "")
        except ExpressionRefused as refused:
            raise refused.at(field) from None
    _check_count("pendingDays", draft.pending_days, least=0, most=_LONGEST_TERM)
    _check_count("expiresAfterDays", draft.expires_after_days, least=1, most=_LONGEST_TERM)
    _check_count("capPerMemberPerDay", draft.cap_per_member_per_day, least=1, most=MOST_POINTS)
    _check_count("budget", draft.budget, least=1, most=MOST_POINTS)
    if draft.starts_at and draft.ends_at and draft.starts_at >= draft.ends_at:
        raise Invalid("programme.schedule", field=("endsAt",))


async def check_coupon(tx: Sql, key: str | None) -> None:
    """Raises: NotFound when a rule gives coupons of a template that is not there."""
    if key is not None and key not in await templates.issued(tx, [key]):
        raise NotFound("coupon.template_unknown", field=("couponKey",), key=key[:60])


def version_of(draft: RuleDraft, newest: RuleRow | None) -> RuleRow:
    """What saving the draft adds after the newest version."""
    return RuleRow(
        id=new_id(),
        key=draft.key,
        version=newest.version + 1 if newest else 1,
        name=draft.name,
        state=draft.state,
        trigger=draft.trigger,
        condition=draft.condition,
        points=draft.points,
        tier_multiplied=draft.tier_multiplied,
        pending_days=draft.pending_days,
        expires_after_days=draft.expires_after_days,
        cap_per_member_per_day=draft.cap_per_member_per_day,
        budget=draft.budget,
        coupon_key=draft.coupon_key,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
    )


async def save_settings(
    platform: Platform,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    point_worth: Decimal | None = None,
    debt_policy: DebtPolicy | None = None,
    new_author_reviews: int | None = None,
    changed: Changed = store.bump,
) -> SettingsRow:
    """Changes the settings that are given; the others stay.

    Raises: Invalid, naming the field.
    """
    if name is not None:
        _check_name(name)
    if time_zone is not None:
        calendar.zone(time_zone)
    if currency is not None and not _CURRENCY.fullmatch(currency):
        raise Invalid("order.currency", field=("currency",))
    if point_worth is not None and not _FINEST_WORTH <= point_worth <= _MOST_WORTH:
        raise Invalid("programme.point_worth", field=("pointWorth",))
    _check_count("newAuthorReviews", new_author_reviews, least=0, most=_MOST_REVIEWS)
    given: Mapping[str, object] = {
        column: value
        for column, value in (
            ("name", name),
            ("time_zone", time_zone),
            ("currency", currency),
            ("point_worth", point_worth),
            ("debt_policy", debt_policy and debt_policy.value),
            ("new_author_reviews", new_author_reviews),
        )
        if value is not None
    }

    async def work(tx: Transaction) -> SettingsRow:
        if given:
            before = await store.settings(tx)
            await store.change_settings(tx, given)
            if time_zone is not None and time_zone != before.time_zone:
                await _begin_days_elsewhere(tx, time_zone, await platform.clock.now(tx))
            await changed(tx)
        return await store.settings(tx)

    return await platform.database.in_transaction(work)


async def _begin_days_elsewhere(tx: Transaction, time_zone: str, now: datetime) -> None:
    """Lets everything that goes by days be counted and judged again."""
    await metrics_store.keep_anew(tx)
    await badges_store.judge_anew(tx)
    await lookback.begin_days_elsewhere(tx, calendar.zone(time_zone))
    await tiers_store.change_ladder(tx, calendar.day_of(now, calendar.zone(time_zone)))


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid("programme.key", field=("key",))


def _check_name(name: str) -> None:
    if not name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(name, limit=_LONGEST_NAME, field=("name",))


def _check_count(field: str, value: int | None, *, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise Invalid("programme.count", field=(field,), least=least, most=most)
