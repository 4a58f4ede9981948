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

from domain import ledger
from domain.activity import DEEPEST_CASCADE, LAURELS
from domain.challenges import Challenge, ChallengeMode, participations, reached
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
from domain.ledger import Award, Cause, Entry, Step
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
    elif activity.type == participations.REVOKED:
        _take_back(happening, one)
    elif activity.type == participations.RESTORED:
        _give_back(happening, one)
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
    """Completes a solo participation that has reached its goals; tells of milestones on the way.

    One that may be revoked is, when it falls short again after it was paid.
    """
    terms, facts = challenge.terms, facts_of(one, challenge)
    if terms.mode is not ChallengeMode.SOLO:
        return
    if one.state is ParticipationState.COMPLETED:
        if one.award_entry is not None and not reached(terms.goals, one.progress):
            one.state, one.completed_at = ParticipationState.JOINED, None
            one.revocations += 1
            _tell(happening, one, participations.REVOKED, facts | {"time": one.revocations})
        return
    if one.state is not ParticipationState.JOINED:
        return
    for type_, said in news_of(terms, one.progress, told=one.milestones):
        if type_ != participations.COMPLETED:
            one.milestones = said["number"]
            _tell(happening, one, type_, facts | said)
            continue
        one.state = ParticipationState.COMPLETED
        one.completed_at = max(happening.activity.occurred_at, one.joined_at)
        if one.revocations:
            _tell(happening, one, participations.RESTORED, facts | {"time": one.revocations})
        else:
            _tell(happening, one, type_, facts | said)


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
        challenge = happening.programme.challenges.by_id.get(one.challenge_id)
        revocable = challenge is not None and challenge.terms.revocable
        entry = _pay(happening, kept=revocable)
        if challenge is not None and revocable and entry is not None:
            one.award_entry = entry.number
            _judge(happening, one, challenge)  # it may have fallen short before it was paid


def _take_back(happening: Happening, one: Participation) -> None:
    """Takes the reward back as far as the programme's debt policy lets it go."""
    award = _award(happening, one)
    if award is None or one.state is ParticipationState.COMPLETED or _outdated(happening, one):
        return
    entry = ledger.take_back(
        happening.state.books,
        award,
        award.left,
        policy=happening.programme.settings.debt_policy,
        now=happening.now,
        cause=_cause(happening, award),
    )
    if entry is not None:
        one.taken += tuple((date, -points) for date, points in entry.lots)


def _give_back(happening: Happening, one: Participation) -> None:
    """Gives back what was taken, which is less than the reward where some of it was spent."""
    award = _award(happening, one)
    if award is None or one.state is not ParticipationState.COMPLETED or _outdated(happening, one):
        return
    ledger.reinstate(
        happening.state.books,
        award,
        one.taken,
        now=happening.now,
        cause=_cause(happening, award),
    )
    one.taken = ()


def _outdated(happening: Happening, one: Participation) -> bool:
    """Whether something later has been decided before this was read."""
    time: int = happening.activity.attributes["time"]
    return time != one.revocations


def _award(happening: Happening, one: Participation) -> Award | None:
    return None if one.award_entry is None else happening.state.books.awards.get(one.award_entry)


def _cause(happening: Happening, award: Award) -> Cause:
    said = happening.activity.attributes
    steps = (Step("bundle", None, Decimal(award.points)),)
    return Cause(happening.activity.id, reason=said["name"], steps=steps)


def _pass_milestone(happening: Happening, one: Participation) -> None:
    one.milestones = max(one.milestones, happening.activity.attributes["number"])
    if one.state in {ParticipationState.JOINED, ParticipationState.COMPLETED}:
        _pay(happening)


def _pay(happening: Happening, *, kept: bool = False) -> Entry | None:
    said, reward = happening.activity.attributes, reward_of(happening.activity)
    return pay(happening, reward, reason=said["name"], key=said["challenge"], kept=kept)
