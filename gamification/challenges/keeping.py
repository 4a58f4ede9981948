"""Participations in one unit of work: loaded where activities may count, judged, written.

Solo challenges are decided while planning. What a team has reached is found out here, under the
team's lock: its members are told by activities of their own. What everybody has reached is found
out by a job (`jobs`), so that nobody waits for a row that all share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain import contributions, orders
from domain.activity import DEEPEST_CASCADE, LAURELS, Activity
from domain.bundles import Bundle
from domain.challenges import Challenge, ChallengeMode, participations
from domain.challenges.participations import Participation, ParticipationState, TakingPart
from gamification.challenges import counting_back, live, store, team_results
from gamification.challenges import participations as rows
from gamification.ledger import books as books_store
from gamification.unit import Unit
from infra import activity_log
from infra.ids import new_id

_ABOUT_EARLIER: Final = (orders.ORDER_TYPES - {orders.PAID}) | contributions.FOLLOWED


class ParticipationsKeeping:
    """A `Keeper` of who takes part in challenges."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._tx = unit.tx
        self._challenges = unit.programme.challenges
        self._before: dict[UUID, ParticipationState] = {}

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Loads what these activities name or may count for, and what counted before a joining."""
        if not self._challenges.by_id:
            return
        wanted = self._wanted(activities)
        named = [UUID(one.attributes["participation"]) for one in activities if _follows(one)]
        if wanted or named:
            await self._load({member_id for member_id, _ in wanted}, wanted, activities, named)
        for activity in activities:
            if activity.type == participations.JOINED and activity.source == LAURELS:
                await self._count_back(activity)

    async def write(self) -> None:
        """Writes what changed; what others have to know of is recorded or added up later."""
        changed = [one for one in self._taking_part() if one.changed]
        untold = [activity for one in self._taking_part() for activity in self._untold(one)]
        await activity_log.record(self._tx, untold, applied=False)
        if not changed:
            return
        await rows.put(self._tx, changed)
        await store.add(self._tx, self._additions(changed))
        teams = await team_results.judge(self._unit, changed)
        live.announce(self._tx, self._unit.platform.pubsub, changed, teams)

    async def _count_back(self, joining: Activity) -> None:
        challenge = self._challenges.by_key.get(joining.attributes["challenge"])
        if challenge is not None:
            found = await counting_back.counted(self._unit, challenge, joining)
            self._taking_part_of(joining.member_id).before[challenge.id] = found
            self._may_give(_promised(challenge))

    def _wanted(self, activities: Sequence[Activity]) -> dict[tuple[UUID, UUID], Challenge]:
        """By member and challenge: what may count, going by types and times alone."""
        derivable = self._unit.programme.derivable()
        by_derived = [one for type_ in derivable for one in self._challenges.matching(type_)]
        return {
            (activity.member_id, challenge.id): challenge
            for activity in activities
            for challenge in (*self._challenges.matching(activity.type), *by_derived)
            if activity.type in _ABOUT_EARLIER
            or challenge.terms.starts_at <= activity.occurred_at < challenge.terms.ends_at
        }

    async def _load(
        self,
        members: set[UUID],
        wanted: dict[tuple[UUID, UUID], Challenge],
        activities: Sequence[Activity],
        named: Sequence[UUID],
    ) -> None:
        challenges = {challenge.id: challenge for challenge in wanted.values()}
        shared = [one.id for one in challenges.values() if one.shared]
        members |= {one.member_id for one in activities if _follows(one)}
        revocable = [one.id for one in challenges.values() if one.terms.revocable]
        found = await rows.counting(
            self._tx,
            list(members),
            list(challenges),
            shared=shared,
            revocable=revocable,
            named=named,
        )
        await self._load_awards(found)
        by_cell = [one for one in found if self._has_cells(one)]
        if by_cell:
            await rows.load_seen(self._tx, by_cell)
        for one in found:
            self._before[one.id] = one.state
            self._taking_part_of(one.member_id).put(one)
            challenge = self._challenges.by_id.get(one.challenge_id)
            if challenge is not None and not challenge.shared:
                self._may_give(_promised(challenge))
        self._may_give(
            participations.reward_of(activity)
            for activity in activities
            if "reward" in activity.attributes and _follows(activity)
        )

    async def _load_awards(self, found: Iterable[Participation]) -> None:
        """What was paid and may be taken back, with everything that is needed for that."""
        awards = [
            (self._unit.states[one.member_id].books, one.award_entry)
            for one in found
            if one.award_entry is not None
        ]
        if awards:
            unread = {books.member_id: books for books, _ in awards if books.unread_due is not None}
            await books_store.complete(self._tx, list(unread.values()))
            await books_store.load_numbered(self._tx, awards)

    def _may_give(self, bundles: Iterable[Bundle]) -> None:
        """Lets what these bundles hold be prepared."""
        for bundle in bundles:
            if bundle.coupon is not None:
                self._unit.coupons.add(bundle.coupon)
            if bundle.badge is not None:
                self._unit.badges.add(bundle.badge)

    def _taking_part_of(self, member_id: UUID) -> TakingPart:
        state = self._unit.states[member_id]
        if state.taking_part is None:
            state.taking_part = TakingPart()
        return state.taking_part

    def _has_cells(self, one: Participation) -> bool:
        challenge = self._challenges.by_id.get(one.challenge_id)
        return challenge is not None and any(goal.by_cell for goal in challenge.terms.goals)

    def _taking_part(self) -> Iterator[Participation]:
        for state in self._unit.states.values():
            if state.taking_part is not None:
                for found in state.taking_part.found.values():
                    yield from found

    def _untold(self, one: Participation) -> Iterator[Activity]:
        for type_, said in one.untold:
            yield participations.activity_of(
                type_,
                one.member_id,
                said,
                key=new_id(),
                now=self._unit.now,
                depth=DEEPEST_CASCADE,
            )

    def _additions(
        self, changed: Iterable[Participation]
    ) -> list[tuple[UUID, int, Sequence[Decimal]]]:
        completed: defaultdict[UUID, int] = defaultdict(int)
        sums: dict[UUID, list[Decimal]] = {}
        for one in changed:
            states = self._before.get(one.id), one.state
            was, is_ = (state is ParticipationState.COMPLETED for state in states)
            if was is not is_:
                completed[one.challenge_id] += 1 if is_ else -1
            challenge = self._challenges.by_id.get(one.challenge_id)
            if challenge and challenge.terms.mode is ChallengeMode.COMMUNITY and any(one.added):
                known = sums.setdefault(challenge.id, [Decimal(0)] * len(one.added))
                sums[challenge.id] = [a + b for a, b in zip(known, one.added, strict=True)]
        return [
            (key, completed.get(key, 0), sums.get(key, ()))
            for key in sorted(completed.keys() | sums.keys())
        ]


def _follows(activity: Activity) -> bool:
    """Whether it is about a participation that there is."""
    return (
        activity.type in participations.FOLLOWED
        and activity.type != participations.JOINED
        and activity.source == LAURELS
    )


def _promised(challenge: Challenge) -> Iterator[Bundle]:
    """Everything that it pays."""
    yield challenge.terms.reward
    yield from (milestone.reward for milestone in challenge.terms.milestones)
