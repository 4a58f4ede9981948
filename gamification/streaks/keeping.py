"""The check-ins of locked members in one unit of work: loaded for who may check in, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.activity import Activity
from domain.streaks import CHECKED_IN, Attendance, day_checked_in
from gamification.streaks import store
from gamification.streaks.reading import attendances, spared_before
from gamification.streaks.store import StreakRow
from gamification.unit import Unit


class StreaksKeeping:
    """A `Keeper`. Costs nothing where nobody checks in."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._loaded: dict[UUID, Attendance] = {}

    async def prepare(self, activities: Sequence[Activity]) -> None:
        zone = self._unit.programme.settings.zone
        days: defaultdict[UUID, list[date]] = defaultdict(list)
        for one in activities:
            if one.type == CHECKED_IN:
                days[one.member_id].append(day_checked_in(one, zone))
        if not days:
            return
        tx, members = self._unit.tx, sorted(days)
        self._loaded = await attendances(tx, members)
        late = [one for one in members if not _ascend(self._loaded[one], days[one])]
        if late:
            for member_id, known in (await store.days(tx, late)).items():
                self._loaded[member_id].days = known
        for member_id, attendance in self._loaded.items():
            self._unit.states[member_id].attendance = attendance

    async def write(self) -> None:
        changed = {one: known for one, known in self._loaded.items() if known.added}
        if not changed:
            return
        tx = self._unit.tx
        added = [(member, one) for member, known in changed.items() for one in known.added]
        await store.add_check_ins(tx, added)
        await store.put_streaks(
            tx,
            {
                member_id: StreakRow(known.streak, spared_before(known))
                for member_id, known in changed.items()
                if known.streak is not None
            },
        )


def _ascend(known: Attendance, coming: list[date]) -> bool:
    """Whether each day that comes is later than all before it."""
    before = known.streak.last_day if known.streak else date.min
    for day in coming:
        if day <= before:
            return False
        before = day
    return True
