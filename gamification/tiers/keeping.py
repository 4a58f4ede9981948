"""The tenures of locked members in one unit of work: loaded, judged where needed, written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain import orders, tiers
from domain.activity import LAURELS, Activity
from domain.contributions import FOLLOWED, PARTS
from domain.happening import MemberState
from domain.metrics.tallies import Tally
from domain.metrics.windows import first_day
from domain.tiers import Ladder, Tenure, TierStanding
from gamification.metrics import filling
from gamification.metrics import store as metrics_store
from gamification.tiers import live, store
from gamification.unit import Unit
from infra import activity_log
from infra.database import Sql
from infra.ids import new_id

_REFUNDS: Final = orders.ORDER_TYPES - {orders.PAID}


class Keeping:
    """A `Keeper` that begins with `load`: every unit of work knows the tiers of its members.

    It costs nothing without a ladder. What the engine finds out by an activity becomes activities
    of its own; a rise that shows without one (by other rules) is recorded here and applied a
    moment later.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._tx = unit.tx
        self._programme = unit.programme
        self._today = unit.today
        self._before: dict[UUID, Tenure] = {}
        self._known: set[UUID] = set()
        self._written: set[UUID] = set()
        self._judged: set[UUID] = set()
        self._noted: list[Activity] = []

    async def load(self) -> None:
        """Reads the tenures of locked members; one that has ended is judged anew at once."""
        ladder, states = self._programme.ladder, self._unit.states
        if ladder is None:
            return
        found = await store.tenures(self._tx, list(states))
        for member_id, state in states.items():
            state.tenure = found.get(member_id) or Tenure(ladder.base.key, version=ladder.version)
            self._before[member_id] = _copy(state.tenure)
        self._written = set(found)
        ended = [one for one, tenure in found.items() if not tenure.holds_on(self._today)]
        if ended:
            await self.judge(ended)

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Reads the days of those whose tier may change by these activities."""
        ladder = self._programme.ladder
        if ladder is None:
            return
        types = {*ladder.window.triggers, *_REFUNDS}
        if not types.isdisjoint(PARTS):
            types |= FOLLOWED
        derived = not types.isdisjoint(self._programme.derivable())
        await self.load_days({one.member_id for one in activities if derived or one.type in types})

    async def load_days(self, member_ids: Iterable[UUID]) -> None:
        """Reads what the ladder's metric counts for these members, as far as it matters."""
        ladder = self._programme.ladder
        wanted = [one for one in member_ids if one not in self._known]
        if ladder is None or not wanted:
            return
        self._known.update(wanted)
        states = [self._unit.states[one] for one in wanted]
        metric = self._programme.metric(ladder.metric_id)
        if metric is not None:
            await filling.fill_missing(self._tx, self._programme, self._unit.bind, states, metric)
        found = await days_of(self._tx, ladder, wanted, self._today)
        for state in states:
            state.days = found[state.member_id]

    async def judge(self, member_ids: Iterable[UUID]) -> None:
        """Judges these members by what their days count now, without any new activity."""
        ladder = self._programme.ladder
        if ladder is None:
            return
        members = list(member_ids)
        await self.load_days(members)
        self._judged.update(members)
        for member_id in members:
            state = self._unit.states[member_id]
            before = ladder.tier(state.tenure.tier)
            tiers.judge(ladder, state.tenure, state.days, self._today)
            after = ladder.tier(state.tenure.tier)
            if after.level > before.level:
                self._note(member_id, tiers.REACHED, after, tiers.reached(after, before))

    def announce_losses(self, member_ids: Iterable[UUID]) -> None:
        """Records, once, that a tier will be lost soon, for those to whom it will happen."""
        ladder = self._programme.ladder
        if ladder is None:
            return
        for member_id in member_ids:
            state = self._unit.states[member_id]
            if tiers.loss_is_near(ladder, state.tenure, self._today):
                state.tenure.announced = state.tenure.through
                tier, then = ladder.tier(state.tenure.tier), self._afterwards(ladder, state)
                attributes = {
                    "tier": tier.key,
                    "level": tier.level,
                    "keptThrough": state.tenure.through.isoformat(),
                    "to": then.key,
                }
                self._note(member_id, tiers.LOSS_ANNOUNCED, tier, attributes)

    async def write(self) -> None:
        """Writes what changed, records what was noted, and tells after the commit whose tier it is.

        Subscribers hear of a tier that is another one now.
        """
        ladder = self._programme.ladder
        if ladder is None:
            return
        changed = [
            (member_id, state.tenure)
            for member_id, state in self._unit.states.items()
            if state.tenure != self._before[member_id] or member_id in self._judged & self._written
        ]
        await store.put_tenures(self._tx, ladder, changed, zone=self._programme.settings.zone)
        await activity_log.record(self._tx, self._noted, applied=False)
        moved = [one for one, tenure in changed if tenure.tier != self._before[one].tier]
        live.announce(self._tx, self._unit.platform.pubsub, moved)

    def _afterwards(self, ladder: Ladder, state: MemberState) -> TierStanding:
        """The tier that is left when the present one ends and nothing more happens."""
        then = _copy(state.tenure)
        tiers.judge(ladder, then, state.days, then.through + timedelta(days=1))
        return ladder.tier(then.tier)

    def _note(
        self, member_id: UUID, type_: str, tier: TierStanding, attributes: Mapping[str, object]
    ) -> None:
        key = new_id()
        self._noted.append(
            Activity(
                id=key,
                member_id=member_id,
                type=type_,
                source=LAURELS,
                external_id=f"{type_}:{tier.key}:{key}",
                occurred_at=self._unit.now,
                received_at=self._unit.now,
                attributes=dict(attributes),
            )
        )


async def days_of(
    sql: Sql, ladder: Ladder, member_ids: list[UUID], today: date
) -> dict[UUID, Tally]:
    """What the ladder's metric counts by day, as far back as it matters for the tier of today."""
    since = first_day(ladder.window, today - timedelta(days=ladder.grace_days))
    wanted = metrics_store.Wanted(ladder.metric_id, ladder.window.measure, since)
    found = await metrics_store.tallies(sql, member_ids, [wanted])
    return {one: found.get((one, ladder.metric_id)) or Tally() for one in member_ids}


def _copy(tenure: Tenure) -> Tenure:
    return replace(tenure, promised=dict(tenure.promised))
