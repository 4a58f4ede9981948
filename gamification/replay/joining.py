"""Who takes part in the challenges of a rehearsed programme.

Whoever joined a challenge joins it again, at the same moment and in the same team, where it is
open, admits them and has room. Nobody knows who would join one that there is not: everybody does
who does something that counts, which is the most that it can cost. Teams that were never made do
not play.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.challenges import Challenge, ChallengeMode, participations
from domain.challenges.participations import JOINED, LEFT, ParticipationState
from domain.expressions import Binder
from domain.programme import Programme
from gamification.challenges import participations as rows
from gamification.challenges import store, teams
from gamification.engine.run import EngineRun
from gamification.participation.admission import is_admitted
from infra.database import Sql
from infra.ids import new_id

DECIDED: Final = (JOINED, LEFT)
"""What members decided about challenges, as activities."""

# A team as its captain made it: nobody else is in it yet.
_MAKE_TEAM: Final = """
INSERT INTO challenge_team (id, challenge_id, name, captain_id, invite_code, size, created_at)
SELECT id, $3, name, $2, invite_code, 0, created_at FROM public.challenge_team WHERE id = $1
ON CONFLICT DO NOTHING
"""


class Assumed(StrEnum):
    """Who takes part in a challenge."""

    AS_THEN = "as_then"
    EVERYBODY = "everybody"
    NOBODY = "nobody"


def decides(activity: Activity) -> bool:
    """Whether it says that a member joined or left a challenge."""
    return activity.type in DECIDED and activity.source == LAURELS


@dataclass(frozen=True, slots=True)
class Joining:
    """Use: `among` before a unit is prepared, then `take_place` before each joining or leaving.

    `known` are the challenges that members could join, by key, with how they were played.
    """

    programme: Programme
    known: Mapping[str, ChallengeMode]

    def assumed(self, challenge: Challenge) -> Assumed:
        """Who takes part in it here."""
        if self.known.get(challenge.key) is challenge.terms.mode:
            return Assumed.AS_THEN
        mode = challenge.terms.mode
        return Assumed.NOBODY if mode is ChallengeMode.TEAM else Assumed.EVERYBODY

    async def among(self, sql: Sql, activities: Iterable[Activity]) -> list[Activity]:
        """The activities, with joinings as this programme has them, and those that are assumed."""
        told = [known for one in activities if (known := self._adapted(one)) is not None]
        told = await self._with_milestones(sql, told)
        wanted = self._wanted(told)
        present = await rows.present(sql, list(wanted))
        found: list[Activity] = []
        for one in told:
            for challenge in self._open_to_all(one):
                key = one.member_id, challenge.id
                if key not in present and wanted.pop(key, None) is not None:
                    found.append(_joining(challenge, one))
            found.append(one)
        return found

    async def _with_milestones(self, sql: Sql, activities: list[Activity]) -> list[Activity]:
        """Lets who joins a community know what it has reached before, which is not theirs."""
        keys = {one.attributes["challenge"] for one in activities if one.type == JOINED}
        found = [self.programme.challenges.by_key[key].id for key in sorted(keys)]
        reached = {
            row.draft.key: row.milestones
            for row in (await store.by_ids(sql, found)).values()
            if row.milestones
        }
        return [
            replace(one, attributes={**one.attributes, "milestones": reached[key]})
            if one.type == JOINED and (key := one.attributes["challenge"]) in reached
            else one
            for one in activities
        ]

    def _wanted(self, activities: Iterable[Activity]) -> dict[tuple[UUID, UUID], Challenge]:
        return {
            (one.member_id, challenge.id): challenge
            for one in activities
            for challenge in self._open_to_all(one)
        }

    def _open_to_all(self, activity: Activity) -> Sequence[Challenge]:
        """The challenges that its member joins by it."""
        return [
            challenge
            for challenge in self.programme.challenges.matching(activity.type)
            if challenge.terms.starts_at <= activity.occurred_at < challenge.terms.ends_at
            and self.assumed(challenge) is Assumed.EVERYBODY
        ]

    def _adapted(self, activity: Activity) -> Activity | None:
        if not decides(activity):
            return activity
        challenge = self.programme.challenges.by_key.get(activity.attributes["challenge"])
        if challenge is None or self.assumed(challenge) is not Assumed.AS_THEN:
            return None
        said = {**activity.attributes, "version": challenge.version, "name": challenge.name}
        said.pop("milestones", None)
        if activity.type == JOINED:
            from_start = challenge.terms.count_from_start
            began = challenge.terms.starts_at if from_start else activity.occurred_at
            said["countsFrom"] = began.isoformat()
        return replace(activity, attributes=said)

    async def take_place(self, run: EngineRun, bind: Binder, activity: Activity) -> bool:
        """Takes, or frees, the place in the challenge and the seat; False where that cannot be."""
        challenge = self.programme.challenges.by_key[activity.attributes["challenge"]]
        turn = self._join if activity.type == JOINED else self._leave
        return await turn(run, bind, activity, challenge)

    async def _join(
        self, run: EngineRun, bind: Binder, activity: Activity, challenge: Challenge
    ) -> bool:
        tx, terms, state = run.unit.tx, challenge.terms, run.states[activity.member_id]
        if not terms.starts_at <= activity.occurred_at < terms.ends_at:
            return False
        if await _takes_part(run, activity.member_id, challenge):
            return False
        if not is_admitted(self.programme, bind, challenge, state, activity.occurred_at):
            return False
        if "team" in activity.attributes:
            team = UUID(activity.attributes["team"])
            await tx.execute(_MAKE_TEAM, team, activity.member_id, challenge.id)
            if not await _take_seat(tx, team, terms.team_size or 1):
                return False
        return await store.take_place(tx, challenge.id)

    async def _leave(
        self, run: EngineRun, _: Binder, activity: Activity, challenge: Challenge
    ) -> bool:
        taking_part = run.states[activity.member_id].taking_part
        key = UUID(activity.attributes["participation"])
        one = None if taking_part is None else taking_part.by_id(key)
        if one is None or one.state is not ParticipationState.JOINED:
            return False
        if one.team_id is not None:
            await teams.leave_seat(run.unit.tx, one.team_id, activity.member_id)
        await store.give_place_back(run.unit.tx, challenge.id)
        return True


async def known(sql: Sql) -> dict[str, ChallengeMode]:
    """The challenges that members of the shop could join, by key."""
    return {row.draft.key: row.terms.mode for row in await store.every(sql)}


async def _takes_part(run: EngineRun, member_id: UUID, challenge: Challenge) -> bool:
    """Whether the member is in the challenge already, and has not left it."""
    taking_part = run.states[member_id].taking_part
    if taking_part is not None and challenge.id in taking_part.found:
        found = taking_part.found[challenge.id]
        if any(one.state is not ParticipationState.LEFT for one in found):
            return True
    stored = await rows.present(run.unit.tx, [(member_id, challenge.id)])
    one = stored.get((member_id, challenge.id))
    if one is None:
        return False
    loaded = None if taking_part is None else taking_part.by_id(one.id)
    return (loaded or one).state is not ParticipationState.LEFT


async def _take_seat(tx: Sql, team_id: UUID, size: int) -> bool:
    """The captain's is the first: a team that nobody is in yet is nobody's."""
    first = await tx.fetchval(
        "UPDATE challenge_team SET size = 1 WHERE id = $1 AND size = 0 AND NOT EXISTS"
        " (SELECT FROM challenge_participation p WHERE p.team_id = $1) RETURNING true",
        team_id,
    )
    return bool(first) or await teams.take_seat(tx, team_id, size)


def _joining(challenge: Challenge, activity: Activity) -> Activity:
    """Its member joins just before the activity."""
    terms, at = challenge.terms, activity.occurred_at
    said = {
        "challenge": challenge.key,
        "name": challenge.name,
        "version": challenge.version,
        "mode": terms.mode.value,
        "participation": str(new_id()),
        "countsFrom": (terms.starts_at if terms.count_from_start else at).isoformat(),
    }
    return participations.activity_of(JOINED, activity.member_id, said, key=new_id(), now=at)
