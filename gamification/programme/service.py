"""The verbs of the programme's designers: settings, tiers and rules, each change a new version."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from domain import calendar
from domain.activity import check_type
from domain.earning import RuleState
from domain.errors import Conflict, Invalid
from domain.expressions import ExpressionRefused
from domain.ledger import MOST_POINTS, DebtPolicy
from domain.text import check_text
from gamification.expressions import Expressions
from gamification.programme import store
from gamification.programme.store import RuleRow, SettingsRow, TierRow
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST_NAME: Final = 60
_LONGEST_TERM: Final = 36_500
_MOST_REVIEWS: Final = 1_000
_MOST_WORTH: Final = Decimal(1_000_000)
_FINEST_WORTH: Final = Decimal("0.000001")


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
    starts_at: datetime | None = None
    ends_at: datetime | None = None


async def save_rule(platform: Platform, expressions: Expressions, draft: RuleDraft) -> RuleRow:
    """Saves a rule as its next version; one that says nothing new stays at its version.

    Raises: Invalid (an expression's fault with its position), naming the field.
    """
    draft = replace(draft, condition=(draft.condition or "").strip() or None)
    check_rule(expressions, draft)

    async def work(tx: Transaction) -> RuleRow:
        newest = await store.newest_rule(tx, draft.key)
        rule = _version_of(draft, newest)
        if newest is not None and replace(rule, id=newest.id, version=newest.version) == newest:
            return newest
        await store.add_rule(tx, rule, await platform.clock.now(tx))
        await store.bump(tx)
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


def _version_of(draft: RuleDraft, newest: RuleRow | None) -> RuleRow:
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
            await store.change_settings(tx, given)
            await store.bump(tx)
        return await store.settings(tx)

    return await platform.database.in_transaction(work)


async def save_tier(
    platform: Platform,
    *,
    key: str,
    name: str,
    level: int,
    threshold: int,
    points_multiplier: Decimal,
) -> TierRow:
    """Adds a tier or changes the one with this key. Level 0 is the base and has no threshold.

    Raises: Invalid, Conflict when another tier has the level or the order would break.
    """
    _check_key(key)
    _check_name(name)
    _check_count("level", level, least=0, most=100)
    _check_count("threshold", threshold, least=0, most=MOST_POINTS)
    if not 0 < points_multiplier <= 1000:  # noqa: PLR2004 - told in the message
        raise Invalid("tier.multiplier", field=("pointsMultiplier",))
    tier = TierRow(new_id(), key, name, level, threshold, points_multiplier)

    async def work(tx: Transaction) -> TierRow:
        await store.bump(tx)  # first: its row makes concurrent designers wait for each other
        _check_order(tier, await store.tiers(tx))
        return await store.put_tier(tx, tier)

    return await platform.database.in_transaction(work)


def _check_order(tier: TierRow, known: list[TierRow]) -> None:
    others = [one for one in known if one.key != tier.key]
    if any(one.level == tier.level for one in others):
        raise Conflict("tier.level_taken", field=("level",), level=tier.level)
    ladder = sorted([*others, tier], key=lambda one: one.level)
    if ladder[0].level != 0 or ladder[0].threshold != 0:
        raise Invalid("tier.base", field=("threshold",))
    if any(low.threshold >= high.threshold for low, high in itertools.pairwise(ladder)):
        raise Invalid("tier.ladder", field=("threshold",))


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
