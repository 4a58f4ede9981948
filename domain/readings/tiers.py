"""The tier: judged anew where an activity counted for it; a rise is an activity of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain import calendar, tiers
from domain.happening import Derived, Happening
from domain.tiers import TierStanding

_MICRO: Final = Decimal("0.000001")


def hold_tier(happening: Happening) -> None:
    """Judges the tier anew where the activity counted for it; a rise is an activity of its own."""
    ladder = happening.programme.ladder
    if ladder is None:
        return
    counts = [one for one in happening.counts if one.metric_id == ladder.metric_id and one.amount]
    if not counts:
        return
    state, before, where = happening.state, happening.tier, happening.programme.settings.zone
    today = calendar.day_of(happening.now, where)
    for count in counts:
        if count.amount < 0:
            fell_on = min(calendar.day_of(happening.activity.occurred_at, where), today)
            tiers.promise_before_fall(
                ladder, state.tenure, state.days, fell_on=fell_on, today=today
            )
        day = calendar.day_of(count.counted_at, where)
        state.days.add(day, count.item, count.amount)
    tiers.judge(ladder, state.tenure, state.days, today)
    if happening.tier.level > before.level:
        happening.derived.append(_reached(happening, before))


def _reached(happening: Happening, before: TierStanding) -> Derived:
    tier = happening.tier
    return Derived(
        tiers.REACHED,
        f"{tier.key}:{happening.activity.id}",
        tiers.reached(tier, before),
    )
