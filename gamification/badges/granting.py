"""Gives badges for other reasons than their metric, and takes such gifts back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.badges import FOREVER, Award, Gift, judge
from domain.expressions import Binder
from domain.happening import MemberState
from domain.ledger import Books
from domain.programme import Programme
from domain.tiers import Tenure
from gamification.badges import store
from gamification.badges.keeping import BadgesKeeping
from gamification.unit import Unit
from infra.database import Transaction
from infra.platform import Platform


async def grant(
    tx: Transaction,
    platform: Platform,
    programme: Programme,
    bind: Binder,
    gifts: Sequence[Gift],
    *,
    now: datetime,
) -> None:
    """Gives badges to members whose locks the caller holds; the same gift again changes nothing.

    The level is kept whatever the metric says. Each level that is new becomes `badge.awarded`.
    """
    known = await store.known_gifts(tx, gifts)
    new = [gift for gift in gifts if gift not in known]
    if not new:
        return
    unit = _unit(tx, platform, programme, bind, new, now=now)
    keeping = BadgesKeeping(unit)
    await keeping.load(sorted(unit.states), {gift.badge_id for gift in new})
    for gift in new:
        badge, held = programme.badges.by_id[gift.badge_id], unit.states[gift.member_id].badges
        award = held.setdefault(badge.id, Award(version=badge.version))
        before, award.floor = award.level, max(award.floor, gift.level)
        if award.level < award.floor:
            award.level, award.through = award.floor, FOREVER
        keeping.tell(gift.member_id, badge, award, before)
    await store.put_gifts(tx, new, now)
    await keeping.write()


async def take_back(
    tx: Transaction,
    platform: Platform,
    programme: Programme,
    bind: Binder,
    gift: Gift,
    *,
    now: datetime,
) -> None:
    """Takes one gift back from a locked member: what other gifts or the metric say is kept.

    A gift that was never given, or taken back already, changes nothing.
    """
    left = await store.take_gift(tx, gift)
    if left is None:
        return
    unit = _unit(tx, platform, programme, bind, [gift], now=now)
    keeping, badge = BadgesKeeping(unit), programme.badges.by_id[gift.badge_id]
    await keeping.load([gift.member_id], {badge.id})
    await keeping.load_tallies([gift.member_id], [badge], date.min)
    state = unit.states[gift.member_id]
    award = state.badges[badge.id]
    before = award.level
    if award.floor <= gift.level:  # a higher one comes from elsewhere
        award.floor = award.level = left
    judge(badge, award, state.tallies[badge.metric_id], today=unit.today)
    keeping.tell(gift.member_id, badge, award, before)
    await keeping.write()


def _unit(
    tx: Transaction,
    platform: Platform,
    programme: Programme,
    bind: Binder,
    gifts: Sequence[Gift],
    *,
    now: datetime,
) -> Unit:
    """A unit of work in which nothing but badges happens to the members."""
    states = {
        gift.member_id: MemberState(Books(gift.member_id), Tenure(), now, "") for gift in gifts
    }
    return Unit(tx, platform, programme, bind, now, states)
