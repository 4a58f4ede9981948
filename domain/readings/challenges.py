"""The readings of challenges: who joins and leaves, what counts for goals, and what is paid.

A solo challenge is decided here, by the activity that reaches its goals. What teams and communities
reach depends on others, whose locks nobody has here: it is found out where it is written, recorded
for each of the members, and paid by the reading of that activity.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from domain.activity import DEEPEST_CASCADE, LAURELS
from domain.challenges import Challenge, ChallengeMode, participations
from domain.challenges.participations import (
    Participation,
    ParticipationState,
    TakingPart,
    facts_of,
    news_of,
    reward_of,
    suffix_of,
)
from domain.happening import Derived, Happening
from domain.metrics import Count
from domain.readings.bundles import pay

_ZERO: Final = Decimal(0)


def take_part(happening: Happening) -> None:
    """Follows what the log says of participations."""
    activity = happening.activity
    if activity.type not in participations.FOLLOWED or activity.source != LAURELS:
        return
    if activity.type == participations.JOINED:
        _join(happening)
        return
    taking_part = happening.state.taking_part
    key = UUID(activity.attributes["participation"])
    one = None if taking_part is None else taking_part.by_id(key)
    if one is None:
        return
    if activity.type == participations.LEFT:
        one.state, one.counts_until = ParticipationState.LEFT, activity.occurred_at
    elif activity.type == participations.ENDED:
        _end(one)
    elif activity.type == participations.COMPLETED:
        _complete(happening, one)
    else:
        _pass_milestone(happening, one)
    one.changed = True


def count_goals(happening: Happening) -> None:
    """Adds what the activity counted to the goals that it is for, and judges solo challenges."""
    taking_part, challenges = happening.state.taking_part, happening.programme.challenges
    if taking_part is None:
        return
    touched: dict[UUID, tuple[Participation, Challenge]] = {}
    for count in happening.counts:
        for challenge, place in challenges.goals_of(count.metric_id):
            for one in taking_part.found.get(challenge.id, ()):
                if _count(happening, one, challenge, place, count):
                    touched[one.id] = one, challenge
    for one, challenge in touched.values():
        _judge(happening, one, challenge)


def _join(happening: Happening) -> None:
    """Opens the participation, with what has counted since the time that it counts from."""
    activity, said = happening.activity, happening.activity.attributes
    challenge = happening.programme.challenges.by_key.get(said["challenge"])
    if challenge is None:
        return
    if happening.state.taking_part is None:
        happening.state.taking_part = TakingPart()
    one = Participation(
        id=UUID(said["participation"]),
        member_id=activity.member_id,
        challenge_id=challenge.id,
        team_id=UUID(said["team"]) if "team" in said else None,
        state=ParticipationState.JOINED,
        joined_at=activity.occurred_at,
        counts_from=datetime.fromisoformat(said["countsFrom"]),
        progress=[_ZERO] * len(challenge.terms.goals),
        milestones=said.get("milestones", 0),
        changed=True,
    )
    happening.state.taking_part.put(one)
    for count in _counted_before(happening, challenge):
        for known, place in happening.programme.challenges.goals_of(count.metric_id):
            if known.id == challenge.id:
                _count(happening, one, challenge, place, count)
    _judge(happening, one, challenge)


def _counted_before(happening: Happening, challenge: Challenge) -> Iterable[Count]:
    """What the log has, then what this unit of work has counted before."""
    if happening.state.taking_part is not None:
        yield from happening.state.taking_part.before.get(challenge.id, ())
    yield from [
        count
        for count in happening.effects.counts[: happening.counted_from]
        if count.member_id == happening.activity.member_id
    ]


def _count(
    happening: Happening, one: Participation, challenge: Challenge, place: int, count: Count
) -> bool:
    activity, terms = happening.activity, challenge.terms
    if not participations.counts(one, terms, count, activity.received_at):
        return False
    where = happening.programme.settings.zone
    participations.add(one, place, terms.goals[place], count, where)
    return True


def _judge(happening: Happening, one: Participation, challenge: Challenge) -> None:
    """Completes a solo participation that has reached its goals; tells of milestones on the way."""
    terms = challenge.terms
    if terms.mode is not ChallengeMode.SOLO or one.state is not ParticipationState.JOINED:
        return
    for type_, said in news_of(terms, one.progress, told=one.milestones):
        _tell(happening, one, type_, facts_of(one, challenge) | said)
        if type_ == participations.COMPLETED:
            one.state = ParticipationState.COMPLETED
            one.completed_at = max(happening.activity.occurred_at, one.joined_at)
        else:
            one.milestones = said["number"]


def _tell(happening: Happening, one: Participation, type_: str, said: dict[str, Any]) -> None:
    """Derives an activity; at the end of a cascade it is left to be recorded as one of its own."""
    if happening.activity.depth < DEEPEST_CASCADE:
        happening.derived.append(Derived(type_, suffix_of(said), said))
    else:
        one.untold.append((type_, said))


def _end(one: Participation) -> None:
    one.ended = True
    if one.state is ParticipationState.JOINED:
        one.state = ParticipationState.FAILED


def _complete(happening: Happening, one: Participation) -> None:
    """Pays whoever is still in; a solo participation says already that it is completed."""
    if one.state is ParticipationState.JOINED:
        one.state = ParticipationState.COMPLETED
        one.completed_at = happening.activity.occurred_at
    if one.state is ParticipationState.COMPLETED:
        _pay(happening)


def _pass_milestone(happening: Happening, one: Participation) -> None:
    one.milestones = max(one.milestones, happening.activity.attributes["number"])
    if one.state in {ParticipationState.JOINED, ParticipationState.COMPLETED}:
        _pay(happening)


def _pay(happening: Happening) -> None:
    said = happening.activity.attributes
    pay(happening, reward_of(happening.activity), reason=said["name"], key=said["challenge"])
