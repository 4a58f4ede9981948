"""The readings of referrals: what qualifies one, what undoes that, and who is paid for it.

The referee's own activities move a referral, under the referee's lock. `referral.rewarded` is told
to each side as an activity of their own, which carries what it pays.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain import calendar, orders
from domain.activity import LAURELS, Activity
from domain.bundles import NOTHING, Bundle
from domain.expressions import Binding, ExpressionFailed, MemberFacts
from domain.happening import Happening
from domain.readings.bundles import pay
from domain.referrals import (
    CONFIRMED,
    REWARDED,
    Qualification,
    Referral,
    ReferralRules,
    ReferralState,
)

_GOING_BACK: Final = orders.ORDER_TYPES - {orders.PAID}


def may_move(activity: Activity, trigger: str) -> bool:
    """Whether an activity can move its member's referral, going by its type."""
    return activity.type in (trigger, CONFIRMED) or activity.type in _GOING_BACK


def reward_told(activity: Activity) -> Bundle:
    """What an activity pays for a referral; nothing where it tells of none."""
    if activity.type != REWARDED or activity.source != LAURELS:
        return NOTHING
    return Bundle.from_json(activity.attributes.get("reward") or {})


def follow_referral(happening: Happening) -> None:
    """A reading: moves the member's referral, and pays what a rewarded one promised."""
    reward = reward_told(happening.activity)
    if reward:
        attributes = happening.activity.attributes
        pay(happening, reward, reason=REWARDED, key=attributes["referralId"])
    referral, rules = happening.state.referral, happening.programme.referrals
    if referral is None or rules is None:
        return
    activity = happening.activity
    if activity.type in _GOING_BACK:
        _go_back(happening, referral)
    elif activity.type == CONFIRMED and activity.source == LAURELS:
        _confirm(happening, referral)
    elif activity.type == rules.trigger and referral.qualification is None:
        _qualify(happening, referral, rules)


def _qualify(happening: Happening, referral: Referral, rules: ReferralRules) -> None:
    """What occurred before the friend was brought was nobody's doing."""
    activity = happening.activity
    if activity.occurred_at < referral.created_at or not _holds(rules, happening.binding):
        return
    order = happening.order if activity.type == orders.PAID else None
    referral.qualify(
        Qualification(
            version=rules.version,
            activity_id=activity.id,
            order_ref=None if order is None else order.ref,
            at=activity.occurred_at,
            confirms_at=_confirms_at(happening, rules),
            member=_remembered(happening),
        )
    )
    referral.attributes = activity.attributes


def _confirms_at(happening: Happening, rules: ReferralRules) -> datetime:
    """When the confirm period is over: at once where there is none."""
    at = happening.activity.occurred_at
    if not rules.confirm_days:
        return at
    return calendar.days_after(at, rules.confirm_days, happening.programme.settings.zone)


def _go_back(happening: Happening, referral: Referral) -> None:
    """A refund of what qualified undoes it, unless what remains would still have qualified.

    What occurs when the confirm period is over undoes nothing.
    """
    order, qualification = happening.order, referral.qualification
    if referral.state is ReferralState.REWARDED or qualification is None or order is None:
        return
    late = happening.activity.occurred_at >= qualification.confirms_at
    if order.ref != qualification.order_ref or late:
        return
    if order.closed or not _still_holds(happening, referral, order.total - order.refunded):
        referral.reopen()


def _still_holds(happening: Happening, referral: Referral, remains: Decimal) -> bool:
    """Whether the order would have qualified with what remains of its total."""
    qualification = referral.qualification
    rules = None if qualification is None else happening.programme.terms(qualification.version)
    if rules is None or qualification is None or referral.attributes is None:
        return False
    order = Activity(
        id=qualification.activity_id,
        member_id=referral.referee_id,
        type=orders.PAID,
        source=happening.activity.source,
        external_id=str(qualification.order_ref),
        occurred_at=qualification.at,
        received_at=qualification.at,
        attributes={**referral.attributes, "total": f"{remains:f}"},
    )
    return _holds(rules, happening.bind(order, _recalled(happening, qualification)))


def _confirm(happening: Happening, referral: Referral) -> None:
    qualification = referral.qualification
    if referral.state is not ReferralState.QUALIFIED or qualification is None or referral.held:
        return
    if happening.now >= qualification.confirms_at:
        referral.reward(happening.now)


def _holds(rules: ReferralRules, binding: Binding) -> bool:
    """A condition that fails on an activity is not met by it."""
    try:
        return rules.condition is None or rules.condition(binding)
    except ExpressionFailed:
        return False


def _remembered(happening: Happening) -> dict[str, Any]:
    tier, state = happening.tier, happening.state
    return {
        "tier": tier.key,
        "tierLevel": tier.level,
        "orderCount": state.order_count,
        "segment": state.segment,
    }


def _recalled(happening: Happening, qualification: Qualification) -> MemberFacts:
    seen = qualification.member
    return MemberFacts(
        tier=seen["tier"],
        tier_level=seen["tierLevel"],
        joined_at=happening.state.joined_at,
        order_count=seen["orderCount"],
        segment=seen["segment"],
        customer_ref=happening.state.customer_ref,
    )
