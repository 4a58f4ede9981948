"""The engine: one activity, one member, one version of the programme → everything that follows.

`plan` is pure: it changes only the state it was given and returns what else there is to write.
A request, a firehose of orders, a simulation and a replay all run this same function. The
programme is a list of readings of an activity; a new kind of reading is one more function here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import ledger
from domain.activity import DEEPEST_CASCADE, LAURELS, Activity
from domain.expressions import Binder
from domain.happening import Effects, Happening, MemberState, Spent
from domain.programme import Programme
from domain.readings.badges import award_badges
from domain.readings.challenges import count_goals, take_part
from domain.readings.check_ins import keep_streak
from domain.readings.contributions import follow_contribution
from domain.readings.metrics import count_metrics
from domain.readings.orders import follow_order, keep_order_count
from domain.readings.perks import log_benefit
from domain.readings.places import pay_prize
from domain.readings.points import award_points
from domain.readings.referrals import follow_referral
from domain.readings.tiers import hold_tier

Reading = Callable[[Happening], None]

READINGS: Final[Sequence[Reading]] = (
    follow_order,
    follow_contribution,
    log_benefit,
    award_points,
    count_metrics,
    hold_tier,
    award_badges,
    take_part,
    count_goals,
    keep_streak,
    pay_prize,
    follow_referral,
    keep_order_count,
)


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine at one version of the programme and one moment.

    `new_id` gives ids to derived activities.
    """

    programme: Programme
    bind: Binder
    now: datetime
    new_id: Callable[[], UUID]
    readings: Sequence[Reading] = READINGS

    def plan(
        self, state: MemberState, activity: Activity, spent: Spent, effects: Effects | None = None
    ) -> Effects:
        """Applies one activity, and what derives from it, to its member.

        Effects are added to those of the batch, where given.

        Raises: Refused for an order activity that contradicts what is known of its order; then
        nothing has changed but what was due anyway.
        """
        effects = Effects() if effects is None else effects
        ledger.settle(state.books, self.now)
        waiting = deque([activity])
        while waiting:
            current = waiting.popleft()
            happening = Happening(
                self.programme, self.now, state, current, spent, effects, self.bind
            )
            for reading in self.readings:
                reading(happening)
            derived = list(self._activities(happening))
            effects.activities.extend(derived)
            waiting.extend(derived)
        return effects

    def _activities(self, happening: Happening) -> Iterable[Activity]:
        cause = happening.activity
        if cause.depth >= DEEPEST_CASCADE:
            return
        for derived in happening.derived:
            yield Activity(
                id=self.new_id(),
                member_id=cause.member_id,
                type=derived.type,
                source=LAURELS,
                external_id=f"{derived.type}:{derived.key}",
                occurred_at=cause.occurred_at,
                received_at=self.now,
                attributes=derived.attributes,
                depth=cause.depth + 1,
            )
