"""Carries out what is due to members of one challenge: what everybody reached, and their results.

Planned by the engine under the members' locks, after everything that waits for them. Where others
count on what they did, that is written first and the results come with the next batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.activity import Activity
from domain.challenges import Challenge, ChallengeMode, participations
from domain.challenges.participations import (
    Participation,
    ParticipationState,
    activity_of,
    facts_of,
    reached_news,
)
from gamification.challenges import participations as rows
from gamification.challenges import store
from gamification.challenges import teams as team_rows
from gamification.challenges.store import ChallengeRow
from gamification.engine.run import EngineRun
from gamification.programme.current import Programmes
from infra import activity_log
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform


async def settle(
    platform: Platform, programmes: Programmes, challenge: Challenge, members: Sequence[UUID]
) -> int:
    """Plans and writes what is due to these members; how many activities were applied."""

    async def work(tx: Transaction) -> int:
        run = await EngineRun.open(tx, platform, programmes, members)
        row = (await store.by_ids(tx, [challenge.id]))[challenge.id]
        keys = [(member_id, challenge.id) for member_id in run.states]
        found = list((await rows.present(tx, keys)).values())
        waiting = await activity_log.waiting_of(tx, sorted(run.states))
        news = list(_news(found, challenge, row, run.now))
        results = list(_results(found, challenge, run.now))
        await run.prepare([*waiting, *news, *results])
        run.plan_recorded(waiting)
        if challenge.shared and waiting:
            await run.write()
            return len(waiting)
        undecided = await _decide_teams(tx, found) if results else set[UUID]()
        for activity in news:
            run.plan(activity)
        given = [_result(run, one) for one in results if _team_of(one) not in undecided]
        for result in given:
            if result is not None:
                run.plan(result)
        await run.write()
        return len(waiting) + len(news) + len(given)

    return await platform.database.in_transaction(work)


def _news(
    found: Iterable[Participation], challenge: Challenge, row: ChallengeRow, now: datetime
) -> Iterable[Activity]:
    """What everybody together has reached, for those who have not been told."""
    if row.terms.mode is not ChallengeMode.COMMUNITY:
        return
    completed = row.reached_at is not None
    for one in found:
        if one.state is not ParticipationState.JOINED:
            continue
        for type_, said in reached_news(
            row.terms, told=one.milestones, done=row.milestones, completed=completed
        ):
            facts = facts_of(one, challenge) | said
            yield activity_of(type_, one.member_id, facts, key=new_id(), now=now)


def _results(
    found: Iterable[Participation], challenge: Challenge, now: datetime
) -> Iterable[Activity]:
    """The ends of these participations, where it is time; what they ended with is not known yet."""
    ended_at = challenge.terms.closes_at
    if now < ended_at:
        return
    for one in found:
        if not one.ended and one.state is not ParticipationState.LEFT:
            ended = activity_of(
                participations.ENDED,
                one.member_id,
                facts_of(one, challenge),
                key=new_id(),
                now=now,
            )
            yield replace(ended, occurred_at=ended_at)


def _team_of(activity: Activity) -> UUID | None:
    team = activity.attributes.get("team")
    return UUID(team) if team is not None else None


async def _decide_teams(tx: Transaction, found: Sequence[Participation]) -> set[UUID]:
    """Decides the teams of these members; those who have a reward coming wait for it first.

    Gives the teams that reached their goals, some of whose members have not been paid yet.
    """
    ids = sorted({one.team_id for one in found if one.team_id is not None})
    if not ids:
        return set()
    await team_rows.lock_teams(tx, ids)
    teams = await team_rows.teams(tx, ids)
    await team_rows.decide_teams(tx, [one for one in ids if teams[one].reached_at is None])
    unpaid = {one.team_id for one in found if one.state is ParticipationState.JOINED}
    return {one for one in ids if teams[one].reached_at is not None and one in unpaid}


def _result(run: EngineRun, ending: Activity) -> Activity | None:
    """The end as the participation stands now; None where it has been told."""
    taking_part, key = run.states[ending.member_id].taking_part, ending.attributes["participation"]
    one = None if taking_part is None else taking_part.by_id(UUID(key))
    if one is None or one.ended or one.state is ParticipationState.LEFT:
        return None
    completed = one.state is ParticipationState.COMPLETED
    result = ParticipationState.COMPLETED if completed else ParticipationState.FAILED
    return replace(ending, attributes={**ending.attributes, "result": result.value})
