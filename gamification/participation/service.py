"""The verbs of taking part: join a challenge alone, with a new team or in one, and leave it.

Each is an activity that the engine reads under the member's lock, after everything that waits for
them, so that a replay of the log finds the same members at the same moments. Rows that others
share come last: the seat in a team, then the place in the challenge, each decided by one statement.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.activity import Activity
from domain.challenges import Challenge, ChallengeMode, participations
from domain.challenges.participations import (
    Applicant,
    ParticipationState,
    check_joining,
    check_open,
)
from domain.coupons.codes import DRAWN_BITS, code_of, read_code
from domain.errors import (
    AlreadyDone,
    Ended,
    Invalid,
    LimitReached,
    NotAllowed,
    NotFound,
    TooManyAttempts,
)
from domain.expressions import Binder
from domain.text import check_text
from gamification.challenges import participations as rows
from gamification.challenges import store
from gamification.challenges import teams as team_rows
from gamification.challenges.store import ChallengeRow
from gamification.challenges.teams import NewTeam, TeamRow
from gamification.coupons import tries
from gamification.engine.run import EngineRun
from gamification.participation.admission import is_admitted
from gamification.programme.current import Programmes
from infra import activity_log
from infra.database import Outdated, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.suspensions import check_may_speak

LONGEST_TEAM_NAME: Final = 30  # user-perceived characters
_Step: TypeAlias = "Callable[[_Joining], Awaitable[None]]"


@dataclass(slots=True)
class _Joining:
    """A member who is about to join, under their lock; `guest` is in somebody else's team."""

    tx: Transaction
    run: EngineRun
    bind: Binder
    member_id: UUID
    row: ChallengeRow
    participation_id: UUID
    team_id: UUID | None = None
    guest: bool = False


async def join(
    platform: Platform, programmes: Programmes, *, member_id: UUID, challenge_id: UUID
) -> UUID:
    """Lets the member take part; the id of the participation.

    Raises: NotFound, NotAllowed where it takes a team, and what `check_joining` raises.
    """

    async def alone(joining: _Joining) -> None:
        if joining.row.terms.mode is ChallengeMode.TEAM:
            raise NotAllowed("challenge.needs_team", field=("challengeId",))

    return await _join(platform, programmes, member_id, challenge_id, alone)


async def create_team(
    platform: Platform, programmes: Programmes, *, member_id: UUID, challenge_id: UUID, name: str
) -> UUID:
    """Makes a team whose captain the member is; the id of the participation.

    Raises: Invalid, NotFound, NotAllowed where there are no teams, Suspended, and what
    `check_joining` raises.
    """
    if not name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(name, limit=LONGEST_TEAM_NAME, field=("name",))

    async def with_new_team(joining: _Joining) -> None:
        if joining.row.terms.mode is not ChallengeMode.TEAM:
            raise NotAllowed("challenge.has_no_teams", field=("challengeId",))
        await check_may_speak(joining.tx, joining.member_id, joining.run.now)  # others read names
        code = code_of(secrets.randbits(DRAWN_BITS))
        joining.team_id = new_id()
        new = NewTeam(joining.team_id, joining.row.id, name, joining.member_id, code)
        await team_rows.add_team(joining.tx, new, joining.run.now)

    return await _join(platform, programmes, member_id, challenge_id, with_new_team)


async def join_team(
    platform: Platform, programmes: Programmes, *, member_id: UUID, invite_code: str
) -> UUID:
    """Lets the member into the team that the code invites to; the id of the participation.

    Raises: TooManyAttempts, NotFound for a code of no team, LimitReached for a full one, Ended for
    one that has reached its goals, and what `check_joining` raises.
    """
    team = await _invited(platform, member_id, invite_code)

    async def with_team(joining: _Joining) -> None:
        joining.team_id, joining.guest = team.id, True

    return await _join(platform, programmes, member_id, team.challenge_id, with_team)


async def leave(
    platform: Platform, programmes: Programmes, *, member_id: UUID, challenge_id: UUID
) -> UUID:
    """Ends the member's progress; what they did for a team or for all stays. Again: no change.

    Gives the id of the participation.

    Raises: NotFound for who never joined, AlreadyDone for who has completed it, Ended.
    """

    async def work(tx: Transaction) -> UUID:
        run = await EngineRun.following(tx, platform, programmes, [member_id])
        stays = run.stays.get(member_id, member_id)
        found = (await rows.present(tx, [(stays, challenge_id)])).get((stays, challenge_id))
        challenge = run.programme.challenges.by_id.get(challenge_id)
        if found is None:
            raise NotFound("challenge.not_joined", field=("challengeId",))
        if found.state is ParticipationState.LEFT:
            return found.id
        if challenge is None:
            raise Ended("challenge.ended", field=("challengeId",))
        leaving = participations.activity_of(
            participations.LEFT,
            stays,
            participations.facts_of(found, challenge),
            key=new_id(),
            now=run.now,
        )
        waiting = await activity_log.waiting_of(tx, [stays])
        await run.prepare([*waiting, leaving])
        run.plan_recorded(waiting)
        _check_leaving(run, stays, found.id, challenge)
        run.plan(leaving)
        await run.write()
        if found.team_id is not None:
            await team_rows.leave_seat(tx, found.team_id, stays)
        await store.give_place_back(tx, challenge_id)
        return found.id

    return await platform.database.in_transaction(work)


def _check_leaving(run: EngineRun, member_id: UUID, key: UUID, challenge: Challenge) -> None:
    """Raises: AlreadyDone, Ended."""
    taking_part = run.states[member_id].taking_part
    one = None if taking_part is None else taking_part.by_id(key)
    assert one is not None  # noqa: S101 - the activity names it
    if one.state is ParticipationState.COMPLETED:
        raise AlreadyDone("challenge.completed", field=("challengeId",))
    if one.state is ParticipationState.FAILED or run.now >= challenge.terms.closes_at:
        raise Ended("challenge.ended", field=("challengeId",))


async def _join(
    platform: Platform, programmes: Programmes, member_id: UUID, challenge_id: UUID, enter: _Step
) -> UUID:
    async def work(tx: Transaction) -> UUID:
        run = await EngineRun.following(tx, platform, programmes, [member_id])
        stays = run.stays.get(member_id, member_id)
        row = (await store.by_ids(tx, [challenge_id])).get(challenge_id)
        if row is None:
            raise NotFound("node.not_found", field=("challengeId",))
        check_open(row.terms, run.now)
        joining = _Joining(tx, run, programmes.expressions.bind, stays, row, new_id())
        await enter(joining)
        await _carry_out(joining)
        if joining.guest:
            await _take_seat(joining)
        if not await store.take_place(tx, row.id):
            raise LimitReached("challenge.full", limit=row.draft.capacity)
        return joining.participation_id

    return await platform.database.in_transaction(work)


async def _carry_out(joining: _Joining) -> None:
    """Lets the engine read the joining after what waits, and writes everything.

    Raises: what `check_joining` raises.
    """
    tx, run = joining.tx, joining.run
    waiting = await activity_log.waiting_of(tx, [joining.member_id])
    activity = _joined(joining, await _counts_from(joining))
    await run.prepare([*waiting, activity])
    run.plan_recorded(waiting)
    await _check(joining)
    run.plan(activity)
    await run.write()


async def _check(joining: _Joining) -> None:
    """Raises: what `check_joining` raises; Outdated where the challenge was saved meanwhile."""
    run, row, key = joining.run, joining.row, (joining.member_id, joining.row.id)
    challenge = run.programme.challenges.by_id.get(row.id)
    if challenge is None or challenge.version != row.version:
        raise Outdated
    known = (await rows.present(joining.tx, [key])).get(key)
    present = None if known is None or known.state is ParticipationState.LEFT else known.state
    state = run.states[joining.member_id]
    admitted = is_admitted(run.programme, joining.bind, challenge, state, run.now)
    applicant = Applicant(present, admitted, row.participants, row.draft.capacity, row.reached)
    check_joining(row.terms, applicant, run.now)


async def _take_seat(joining: _Joining) -> None:
    """Raises: LimitReached, Ended for a team that has its result."""
    team_id, size = joining.team_id, joining.row.terms.team_size
    assert team_id is not None  # noqa: S101 - a guest has a team
    assert size is not None  # noqa: S101 - and teams have a size
    if await team_rows.take_seat(joining.tx, team_id, size):
        return
    team = (await team_rows.teams(joining.tx, [team_id]))[team_id]
    if team.reached_at is not None or team.decided:
        raise Ended("challenge.team_done", field=("inviteCode",))
    raise LimitReached("challenge.team_full", field=("inviteCode",), limit=size)


async def _counts_from(joining: _Joining) -> datetime:
    """From when on activities count. Where others count on them, none counts twice: who comes back
    begins where they left.
    """
    terms = joining.row.terms
    if not terms.count_from_start:
        return joining.run.now
    if terms.mode is ChallengeMode.SOLO:
        return terms.starts_at
    left = await rows.last_left(joining.tx, joining.member_id, joining.row.id)
    return max(terms.starts_at, left) if left else terms.starts_at


def _joined(joining: _Joining, counts_from: datetime) -> Activity:
    row, said = joining.row, dict[str, Any]()
    if joining.team_id is not None:
        said["team"] = str(joining.team_id)
    if row.milestones:
        said["milestones"] = row.milestones
    return participations.activity_of(
        participations.JOINED,
        joining.member_id,
        {
            "challenge": row.draft.key,
            "name": row.draft.name,
            "version": row.version,
            "mode": row.terms.mode.value,
            "participation": str(joining.participation_id),
            "countsFrom": counts_from.isoformat(),
            **said,
        },
        key=new_id(),
        now=joining.run.now,
    )


async def _invited(platform: Platform, member_id: UUID, invite_code: str) -> TeamRow:
    """Raises: TooManyAttempts, NotFound."""
    sql, now = platform.database, await platform.clock.now()
    if not await tries.has_any(sql, member_id, now):
        raise TooManyAttempts("coupon.too_many_tries", field=("inviteCode",))
    code = read_code(invite_code)
    team = None if code is None else await team_rows.team_by_code(sql, code)
    if team is not None:
        return team
    if not await tries.use_up(sql, member_id, now):
        raise TooManyAttempts("coupon.too_many_tries", field=("inviteCode",))
    raise NotFound("challenge.code_unknown", field=("inviteCode",))
