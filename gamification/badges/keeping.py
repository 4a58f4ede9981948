"""What members hold of badges in one unit of work: loaded where it may change, judged, written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain import badges, calendar, orders
from domain.activity import LAURELS, Activity
from domain.badges import Award, Badge
from domain.contributions import Part, subject_of, touched
from domain.metrics.tallies import Tally
from domain.readings.places import prize_told
from gamification.badges import live, store
from gamification.badges.store import AwardKey
from gamification.metrics import filling
from gamification.metrics import store as metrics_store
from gamification.metrics.store import Wanted
from gamification.unit import Unit
from infra import activity_log
from infra.database import Sql
from infra.ids import new_id

_REFUNDS: Final = orders.ORDER_TYPES - {orders.PAID}


class BadgesKeeping:
    """A `Keeper`. Reads only badges whose metric may count something of the batch.

    What shows without an activity (`judge`, `take_back`) is recorded as activities of its own,
    which are applied a moment later.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._before: dict[AwardKey, Award] = {}
        self._noted: list[Activity] = []

    async def prepare(self, activities: Sequence[Activity]) -> None:
        programme = self._unit.programme
        if not programme.badges or not activities:
            return
        members = sorted({activity.member_id for activity in activities})
        matching = self._matching(activities)
        given = [found for key in self._unit.badges | _given(activities)
                 if (found := programme.badges.by_key.get(key)) is not None]  # fmt: skip
        await self.load(members, {one.id for one in (*matching, *given)})
        if matching:
            oldest = min(self._oldest(activities), self._unit.today)
            await self.load_tallies(members, matching, oldest)

    async def judge(self, wanted: Iterable[Badge], member_ids: Sequence[UUID]) -> None:
        """Judges locked members by all that these badges' metrics count, without any activity."""
        matching = list(wanted)
        await self.load(member_ids, {badge.id for badge in matching})
        await self.load_tallies(member_ids, matching, date.min)
        for member_id in member_ids:
            for badge in matching:
                self._judge(member_id, badge)

    async def write(self) -> None:
        unit = self._unit
        if not unit.programme.badges:
            return
        held = {
            (member_id, badge_id): award
            for member_id, state in unit.states.items()
            for badge_id, award in state.badges.items()
        }
        changed = {key: award for key, award in held.items() if award != self._before.get(key)}
        await store.put_awards(unit.tx, changed, unit.now)
        await store.put_gifts(unit.tx, unit.effects.gifts, unit.now)
        await store.add_holders(
            unit.tx, ((key, self._came_or_went(key, award)) for key, award in changed.items())
        )
        await activity_log.record(unit.tx, self._noted, applied=False)
        live.announce(unit.tx, unit.platform.pubsub, unit.effects.rises)

    def _came_or_went(self, key: AwardKey, award: Award) -> int:
        before = self._before.get(key)
        return bool(award.level) - bool(before and before.level)

    def _matching(self, activities: Sequence[Activity]) -> list[Badge]:
        """The badges whose metric may count an activity of these, or what derives from one."""
        programme = self._unit.programme
        types = touched(one.type for one in activities) | programme.derivable()
        counted = {metric.id for type_ in types for metric in programme.metrics_for(type_)}
        for activity in activities:
            order = self._order_of(activity)
            if order is not None:
                counted.update(order.counted)
        by_metric = programme.badges.by_metric
        return [badge for one in counted for badge in by_metric.get(one, ())]

    def _oldest(self, activities: Sequence[Activity]) -> date:
        """The first day that these activities may add to or take from."""
        moments = [activity.occurred_at for activity in activities]
        back = (self._order_of(activity) for activity in activities)
        moments.extend(order.paid_at for order in back if order is not None)
        moments.extend(
            part.occurred_at for activity in activities for part in self._parts_of(activity)
        )
        return calendar.day_of(min(moments), self._unit.programme.settings.zone)

    def _parts_of(self, activity: Activity) -> Iterable[Part]:
        """What may come or go of the known contribution that the activity moves."""
        known = self._unit.states[activity.member_id].contributions.get(subject_of(activity) or "")
        return () if known is None else known.parts.values()

    def _order_of(self, activity: Activity) -> orders.Order | None:
        """The known order that the activity takes something of."""
        if activity.type not in _REFUNDS:
            return None
        ref = orders.ref_of(activity.external_id, activity.attributes)
        return self._unit.states[activity.member_id].orders.get(str(ref))

    async def load(self, members: Sequence[UUID], badge_ids: Iterable[UUID]) -> None:
        """Reads what locked members hold of these badges."""
        found = await store.awards(self._unit.tx, members, sorted(badge_ids))
        for (member_id, badge_id), award in found.items():
            self._before[member_id, badge_id] = replace(award)
            self._unit.states[member_id].badges[badge_id] = award

    async def load_tallies(
        self, members: Sequence[UUID], matching: Sequence[Badge], oldest: date
    ) -> None:
        """Reads what judging these badges by anything since `oldest` needs."""
        unit = self._unit
        metrics = {badge.metric_id for badge in matching}
        states = [unit.states[member_id] for member_id in members]
        for metric_id in sorted(metrics & unit.programme.filling):
            metric = unit.programme.metric(metric_id)
            if metric is not None:
                await filling.fill_missing(unit.tx, unit.programme, unit.bind, states, metric)
        since = [(badge, _since(badge, oldest)) for badge in matching]
        found = await tallies_of(unit.tx, since, members)
        for state in states:
            for metric_id in metrics:
                state.tallies[metric_id] = found.get((state.member_id, metric_id)) or Tally()

    def _judge(self, member_id: UUID, badge: Badge) -> None:
        unit, state = self._unit, self._unit.states[member_id]
        award = state.badges.get(badge.id) or Award(version=badge.version)
        before, tally = award.level, state.tallies[badge.metric_id]
        badges.judge(badge, award, tally, today=unit.today)
        if award.level or before:
            state.badges[badge.id] = award
        self.tell(member_id, badge, award, before)

    def tell(self, member_id: UUID, badge: Badge, award: Award, before: int) -> None:
        """Records what became of a level without an activity."""
        for level in range(before + 1, award.level + 1):
            self._unit.effects.rises.append(badges.Rise(member_id, badge.id, level))
            self._note(member_id, badges.AWARDED, badge, badges.awarded(badge, level))
        if award.level > before:
            award.awarded_at, award.activity_id = self._unit.now, None
        elif award.level < before:
            revoked = badges.revoked(badge, award.level, before)
            self._note(member_id, badges.REVOKED, badge, revoked)

    def _note(
        self, member_id: UUID, type_: str, badge: Badge, attributes: Mapping[str, object]
    ) -> None:
        key = new_id()
        self._noted.append(
            Activity(
                id=key,
                member_id=member_id,
                type=type_,
                source=LAURELS,
                external_id=f"{type_}:{badge.key}:{key}",
                occurred_at=self._unit.now,
                received_at=self._unit.now,
                attributes=dict(attributes),
            )
        )


async def tallies_of(
    sql: Sql, since: Iterable[tuple[Badge, date]], members: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Tally]:
    """What the badges' metrics count, by member and metric, from a day on for each badge."""
    wanted: dict[UUID, Wanted] = {}
    for badge, day in since:
        known = wanted.get(badge.metric_id)
        if known is None or day < known.since:
            wanted[badge.metric_id] = Wanted(badge.metric_id, badge.window.measure, day)
    return await metrics_store.tallies(sql, members, list(wanted.values()))


def _since(badge: Badge, oldest: date) -> date:
    """The first day that judging what counts on `oldest` or later needs."""
    back = badge.looks_back
    if back is None or oldest - date.min < timedelta(days=back):
        return date.min
    return oldest - timedelta(days=back)


def _given(activities: Sequence[Activity]) -> set[str]:
    """The keys of badges that places, which these activities tell, are worth."""
    bundles = [prize_told(activity) for activity in activities]
    return {bundle.badge for bundle in bundles if bundle.badge}
