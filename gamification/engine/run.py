"""One transaction's worth of the engine: lock members, load what is needed, plan, write.

A request is a run of one activity, a firehose of orders a run of hundreds; the number of
statements is the same. Locks are taken in a fixed order: members by id, then budgets by key,
then supplies of coupons by key, then counters by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import structlog

from domain import calendar, orders
from domain.activity import Activity
from domain.contributions import touched
from domain.earning import EarnRule
from domain.engine import Engine
from domain.errors import Refused
from domain.happening import MemberState
from domain.programme import Programme
from gamification.badges.keeping import BadgesKeeping
from gamification.challenges.keeping import ParticipationsKeeping
from gamification.contributions.keeping import ContributionsKeeping
from gamification.coupons import issuing as coupons
from gamification.coupons import templates as coupon_templates
from gamification.leaderboards.keeping import StandingsKeeping
from gamification.ledger import books as books_store
from gamification.ledger import holds as holds_store
from gamification.ledger import live
from gamification.ledger import states as states_store
from gamification.memberships.keeping import PerksKeeping
from gamification.metrics.keeping import DaysKeeping
from gamification.orders import store as orders_store
from gamification.programme.current import Programmes
from gamification.referrals.keeping import ReferralsKeeping
from gamification.streaks.keeping import StreaksKeeping
from gamification.tiers.keeping import Keeping
from gamification.unit import Keeper, Unit
from gamification.unpaid.keeping import UnpaidKeeping
from infra import activity_log
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.store import merged

_log = structlog.stdlib.get_logger(__name__)
_REFUNDS: Final = orders.ORDER_TYPES - {orders.PAID}

KEEPERS: Final[Sequence[Callable[[Unit], Keeper]]] = (
    ContributionsKeeping,
    DaysKeeping,
    PerksKeeping,
    ParticipationsKeeping,
    ReferralsKeeping,
    BadgesKeeping,
    StreaksKeeping,
    StandingsKeeping,
    UnpaidKeeping,
)
"""One for each slice that keeps something of its own, in the order in which they prepare and write.

Those of tiers come before all of them: everything else may ask which tier a member holds. What may
give badges comes before badges.
"""


class EngineRun:
    """The engine inside one transaction. Use: `open`, `lock`, `prepare`, `plan`…, `write`."""

    def __init__(self, unit: Unit, tenures: Keeping) -> None:
        self._unit = unit
        self._tx = unit.tx
        self._platform = unit.platform
        self._engine = Engine(unit.programme, unit.bind, unit.now, new_id)
        self._spent = unit.spent
        self._effects = unit.effects
        self._applied: list[Activity] = []
        self._recorded: list[UUID] = []
        self._keepers: list[Keeper] = [tenures, *(keeper(unit) for keeper in KEEPERS)]
        self.stays: dict[UUID, UUID] = {}
        self.states = unit.states

    @classmethod
    async def open(
        cls,
        tx: Transaction,
        platform: Platform,
        programmes: Programmes,
        member_ids: Iterable[UUID],
    ) -> EngineRun:
        """Locks the members in the order of their ids and loads where they stand.

        The time and the programme are asked for after that: whoever waited for a member acts after
        what was waited for, and plans by what is live now.
        """
        states = await states_store.lock(tx, sorted(set(member_ids)))
        now = await platform.clock.now(tx)
        programme = await programmes.current(tx)
        unit = Unit(tx, platform, programme, programmes.expressions.bind, now, states)
        tenures = Keeping(unit)
        await tenures.load()
        return cls(unit, tenures)

    @classmethod
    async def following(
        cls,
        tx: Transaction,
        platform: Platform,
        programmes: Programmes,
        member_ids: Iterable[UUID],
    ) -> EngineRun:
        """As `open`, also for ids of members who were merged into others before this held them.

        Whoever stays is held too. That is rare, and so out of the order of locks: who meets
        somebody is run again.
        """
        named = set(member_ids)
        run = await cls.open(tx, platform, programmes, named)
        stays = await merged(tx, named)
        if stays:
            run = await cls.open(tx, platform, programmes, named.union(stays.values()))
            run.stays |= stays
        return run

    def state_of(self, member_id: UUID) -> MemberState | None:
        """Where a member stands, or the one into whom they were merged; None for nobody."""
        return self.states.get(self.stays.get(member_id, member_id))

    @property
    def unit(self) -> Unit:
        """What this run is about, for whoever writes something beside it."""
        return self._unit

    @property
    def programme(self) -> Programme:
        return self._engine.programme

    @property
    def now(self) -> datetime:
        return self._engine.now

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Loads everything that planning these activities of locked members can need."""
        named = _orders_named(activities)
        going_back = {activity.member_id for activity in activities if activity.type in _REFUNDS}
        due = [
            state.books
            for state in self.states.values()
            if state.books.next_due <= self.now or state.member_id in going_back
        ]
        if due:
            await books_store.complete(self._tx, due)
        if named:
            for (member_id, ref), order in (await orders_store.load(self._tx, named)).items():
                self.states[member_id].orders[ref] = order
        back = [name for name in named if name[0] in going_back]
        if back:
            states = [self.states[member_id] for member_id in going_back]
            books = [state.books for state in states]
            known = [(state.books, order) for state in states for order in state.orders.values()]
            await books_store.load_awards(self._tx, known)
            await holds_store.load_captured(self._tx, books, back)
        for keeper in self._keepers:
            await keeper.prepare(activities)
        await self._prepare_limits(activities)

    async def _prepare_limits(self, activities: Sequence[Activity]) -> None:
        types = touched(one.type for one in activities) | self.programme.derivable()
        rules = [rule for type_ in types for rule in self._rules(type_)]
        budgets = sorted({rule.key for rule in rules if rule.budget is not None})
        if budgets:
            self._spent.before |= await states_store.lock_budgets(self._tx, budgets)
        await self._prepare_coupons({rule.coupon for rule in rules if rule.coupon})
        if days := self._capped_days(activities, types):
            for (member_id, key, day), points in (
                await states_store.capped(self._tx, sorted(days))
            ).items():
                self.states[member_id].capped[key, day] = points

    def _capped_days(
        self, activities: Sequence[Activity], types: Iterable[str]
    ) -> set[tuple[UUID, str, date]]:
        """The days of which it matters what rules with a cap gave whom; rules are looked at once
        a type, not once an activity.
        """
        where = self.programme.settings.zone
        keys = {
            type_: [rule.key for rule in self._rules(type_) if rule.cap_per_day is not None]
            for type_ in types
        }
        derived = [key for type_ in self.programme.derivable() for key in keys[type_]]
        own = {type_: [key for one in touched([type_]) for key in keys[one]] for type_ in types}
        return {
            (activity.member_id, key, calendar.day_of(activity.occurred_at, where))
            for activity in activities
            for key in (*own[activity.type], *derived)
        }

    async def _prepare_coupons(self, keys: set[str]) -> None:
        known = self.programme.coupons
        named = keys | self._unit.coupons
        limited = sorted(key for key in named if key in known and known[key].stock is not None)
        if limited:
            supply = self._spent.coupons
            supply.before |= await coupon_templates.lock_supplies(self._tx, limited)

    def _rules(self, type_: str) -> tuple[EarnRule, ...]:
        return self.programme.rules_for(type_)

    def plan(self, activity: Activity) -> None:
        """Applies one activity to its member, in memory.

        Raises: Refused for an order activity that contradicts what is known.
        """
        state = self.states[activity.member_id]
        self._engine.plan(state, activity, self._spent, self._effects)
        self._applied.append(activity)

    def plan_recorded(self, activities: Sequence[Activity]) -> None:
        """Applies activities that the log already has, before any others.

        One that contradicts its order changes nothing and is done with: the log goes on.
        """
        for activity in activities:
            self._recorded.append(activity.id)
            try:
                self.plan(activity)
            except Refused as refused:
                _log.warning("activity.contradicts", activity=activity.id, reason=refused.reason)

    async def write(self) -> None:
        """Writes everything that was planned, in the order in which it was planned."""
        version = self.programme.version
        if self._recorded:
            await activity_log.mark_applied(self._tx, self._recorded, self.now, version=version)
        before = set(self._recorded)
        new = [activity for activity in self._applied if activity.id not in before]
        new.extend(self._effects.activities)
        await activity_log.record(self._tx, new, applied=True, version=version)
        acted = {activity.member_id for activity in self._applied}
        changed = [
            state
            for member_id, state in self.states.items()
            if member_id in acted or state.books.entries
        ]
        await books_store.write(self._tx, [state.books for state in changed])
        await states_store.write(self._tx, changed)
        await orders_store.write(
            self._tx,
            [(member_id, order) for (member_id, _), order in self._effects.orders.items()],
            new={activity.id for activity in self._applied},
        )
        for keeper in self._keepers:
            await keeper.write()
        await states_store.write_failures(self._tx, self._effects.failures, self.now)
        await states_store.add_spent(self._tx, self._spent.added)
        await self._write_coupons()
        live.announce(self._tx, self._platform.pubsub, [state.books for state in changed])

    async def _write_coupons(self) -> None:
        """Coupons that rules gave, then those of orders that went back; their supplies last."""
        await coupons.write(self._tx, self._effects.coupons, self.now)
        closed = [name for name, order in self._effects.orders.items() if order.closed]
        await coupons.follow_orders(self._tx, closed, self._spent.coupons.added, self.now)


def _orders_named(activities: Sequence[Activity]) -> list[tuple[UUID, str]]:
    return list(
        {
            (
                activity.member_id,
                str(orders.ref_of(activity.external_id, activity.attributes)),
            ): None
            for activity in activities
            if activity.type in orders.ORDER_TYPES
        }
    )
