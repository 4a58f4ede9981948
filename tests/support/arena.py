"""A shop with challenges: it saves them, lets members join, and does what a worker does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson

from domain.bundles import Bundle
from domain.challenges import ChallengeMode, Goal, Terms
from domain.challenges.design import ChallengeDraft
from domain.challenges.participations import Participation, ParticipationState
from domain.metrics import Measure, MetricDefinition, Window
from gamification.challenges import designing, invariants, reading, store
from gamification.challenges import participations as rows
from gamification.challenges import teams as team_rows
from gamification.challenges.store import ChallengeRow
from gamification.challenges.teams import TeamRow
from gamification.engine.consumer import Consumer
from gamification.participation import jobs, service
from gamification.programme import store as programme_store
from tests.support.shop import Shop

ORDERS: Final = MetricDefinition(("order.paid",), None, Measure.COUNT, window=Window.PARTICIPATION)
SPENT: Final = MetricDefinition(
    ("order.paid",), None, Measure.SUM, "total", window=Window.PARTICIPATION
)
SOLO, TEAM, COMMUNITY = ChallengeMode.SOLO, ChallengeMode.TEAM, ChallengeMode.COMMUNITY
JOINED, COMPLETED = ParticipationState.JOINED, ParticipationState.COMPLETED
FAILED, LEFT = ParticipationState.FAILED, ParticipationState.LEFT


def goal(metric: MetricDefinition = ORDERS, target: int = 3, key: str = "orders") -> Goal:
    return Goal(key, key, metric, target)


@dataclass
class Arena(Shop):
    """Challenges run for ten days from an hour ago, and pay 100 points, unless told otherwise."""

    async def challenge(
        self,
        key: str = "spring",
        *goals: Goal,
        capacity: int | None = None,
        name: str | None = None,
        **terms: Any,  # noqa: ANN401
    ) -> ChallengeRow:
        begins: datetime = terms.pop("starts_at", self.now - timedelta(hours=1))
        given: dict[str, Any] = {
            "mode": SOLO,
            "starts_at": begins,
            "ends_at": begins + timedelta(days=10),
            "goals": goals or (goal(),),
            "reward": Bundle(points=100),
        } | terms
        if given["mode"] is TEAM:
            given = {"team_size": 3} | given
        beside = {one: given.pop(one, None) for one in ("leaderboard_key", "cover_id")}
        draft = ChallengeDraft(key, name or key, "", Terms(**given), capacity, **beside)
        return await designing.save_challenge(
            self.platform, self.programmes.expressions, draft, changed=programme_store.bump
        )

    async def row(self, key: str = "spring") -> ChallengeRow:
        row = await store.by_key(self.platform.database, key)
        assert row is not None
        return row

    async def take_part(self, ref: str = "C-1", key: str = "spring") -> UUID:
        """Enrols who is new."""
        [member_id] = await self.join(ref)
        challenge_id = (await self.row(key)).id
        joined = await service.join(
            self.platform, self.programmes, member_id=member_id, challenge_id=challenge_id
        )
        await self.look_at_the_clock()
        return joined

    async def look_at_the_clock(self) -> None:
        """What is reported from now on occurs from now on, and counts for who has just joined."""
        self.now = await self.platform.clock.now()

    async def make_team(self, ref: str = "C-1", key: str = "spring", name: str = "红队") -> str:
        """The invite code of a team whose captain this is."""
        [member_id] = await self.join(ref)
        found = await service.create_team(
            self.platform,
            self.programmes,
            member_id=member_id,
            challenge_id=(await self.row(key)).id,
            name=name,
        )
        await self.look_at_the_clock()
        one = (await rows.by_ids(self.platform.database, [found]))[found]
        assert one.team_id is not None
        return (await self.team(one.team_id)).invite_code

    async def join_team(self, ref: str, code: str) -> UUID:
        [member_id] = await self.join(ref)
        joined = await service.join_team(
            self.platform, self.programmes, member_id=member_id, invite_code=code
        )
        await self.look_at_the_clock()
        return joined

    async def leave(self, ref: str = "C-1", key: str = "spring") -> UUID:
        challenge_id = (await self.row(key)).id
        return await service.leave(
            self.platform,
            self.programmes,
            member_id=await self.member(ref),
            challenge_id=challenge_id,
        )

    async def team(self, team_id: UUID) -> TeamRow:
        return (await team_rows.teams(self.platform.database, [team_id]))[team_id]

    async def team_of(self, ref: str = "C-1", key: str = "spring") -> TeamRow:
        one = await self.participation(ref, key)
        assert one.team_id is not None
        return await self.team(one.team_id)

    async def participation(self, ref: str = "C-1", key: str = "spring") -> Participation:
        name = await self.member(ref), (await self.row(key)).id
        return (await rows.present(self.platform.database, [name]))[name]

    async def progress(self, ref: str = "C-1", key: str = "spring") -> list[Decimal]:
        return (await self.participation(ref, key)).progress

    async def state(self, ref: str = "C-1", key: str = "spring") -> ParticipationState:
        """As every reader sees it."""
        one = await self.participation(ref, key)
        now = await self.platform.clock.now()
        [seen] = await reading.standings(self.platform.database, [one], now)
        return seen.state

    async def consume(self) -> int:
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        applied = 0
        while await self.waiting():  # other tests' transactions hold the horizon
            applied += await consumer.run_once()
        await consumer.stop()
        return applied

    async def tend(self) -> None:
        """Does what a worker does about challenges until there is nothing left to do."""
        while await self.consume() + await jobs.keep(
            self.platform, self.programmes, changed=programme_store.bump
        ):
            pass

    async def broken(self) -> dict[str, Any]:
        found = {
            one.name: await self.platform.database.fetch(one.violations)
            for one in invariants.INVARIANTS
        }
        return {name: rows for name, rows in found.items() if rows}

    async def told(self, type_: str) -> list[dict[str, Any]]:
        """The attributes of what Laurels recorded of this type, oldest first."""
        rows_ = await self.platform.database.fetch(
            "SELECT attributes FROM activity WHERE type = $1 ORDER BY id", type_
        )
        return [orjson.loads(row["attributes"]) for row in rows_]
