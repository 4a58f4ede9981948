"""Awards badges: the reading of an activity that counts for any, and what bundles give."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from domain import badges, calendar
from domain.badges import Award, Badge, Gift, Rise
from domain.happening import Derived, Happening
from domain.metrics.tallies import kept_on


def award_badges(happening: Happening) -> None:
    """Judges every badge whose metric counted the activity; each level is an activity of its own.

    A level that is taken back is one as well.
    """
    if not happening.programme.badges:
        return
    by_metric = happening.programme.badges.by_metric
    for metric_id, days in _tally(happening).items():
        for badge in by_metric.get(metric_id, ()):
            _judge(happening, badge, metric_id, days)


def give_badge(happening: Happening, key: str, *, origin: str, origin_id: str) -> None:
    """Gives the first level of the badge with this key, to be kept; nothing where it is held."""
    badge = happening.programme.badges.by_key.get(key)
    if badge is None:
        return
    state = happening.state
    award = state.badges.setdefault(badge.id, Award(version=badge.version))
    happening.effects.gifts.append(Gift(state.member_id, badge.id, 1, origin, origin_id))
    before, award.floor = award.level, max(award.floor, 1)
    if award.level < award.floor:
        award.level, award.through = award.floor, badges.FOREVER
    _tell(happening, badge, award, before)


def _tally(happening: Happening) -> dict[UUID, set[date]]:
    """Adds what was counted to the member's tallies; on which days, by metric."""
    programme, state = happening.programme, happening.state
    touched: defaultdict[UUID, set[date]] = defaultdict(set)
    for count in happening.counts:
        tally = state.tallies.get(count.metric_id)
        if tally is None or not count.amount:
            continue
        kept = programme.kept_by_day[count.metric_id]
        day = kept_on(kept, count.counted_at, programme.settings.zone)
        tally.add(day, count.item, count.amount)
        touched[count.metric_id].add(day)
    return touched


def _judge(happening: Happening, badge: Badge, metric_id: UUID, days: set[date]) -> None:
    state, activity = happening.state, happening.activity
    award = state.badges.get(badge.id) or Award(version=badge.version)
    today = calendar.day_of(happening.now, happening.programme.settings.zone)
    before = award.level_on(today)
    if before < award.level:  # it has lapsed since, which nobody has written down yet
        key = f"{badge.key}:{award.through}:{activity.id}"
        lapsed = badges.revoked(badge, before, award.level)
        happening.derived.append(Derived(badges.REVOKED, key, lapsed))
    badges.judge(badge, award, state.tallies[metric_id], today=today, days=days)
    if award.level or before:
        state.badges[badge.id] = award
    _tell(happening, badge, award, before)


def _tell(happening: Happening, badge: Badge, award: Award, before: int) -> None:
    activity = happening.activity
    for level in range(before + 1, award.level + 1):
        happening.effects.rises.append(Rise(activity.member_id, badge.id, level))
        key = f"{badge.key}:{level}:{activity.id}"
        happening.derived.append(Derived(badges.AWARDED, key, badges.awarded(badge, level)))
    if award.level > before:
        award.awarded_at = min(activity.occurred_at, happening.now)
        award.activity_id = activity.id
    elif award.level < before:
        attributes = badges.revoked(badge, award.level, before)
        key = f"{badge.key}:{activity.id}"
        happening.derived.append(Derived(badges.REVOKED, key, attributes))
