"""What teams have reached: found out under a team's lock, told to each of its members once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from domain.activity import Activity
from domain.challenges import Challenge, participations
from domain.challenges.participations import News, Participation, facts_of, news_of
from gamification.challenges import participations as rows
from gamification.challenges import teams as team_rows
from gamification.challenges.teams import TeamRow
from gamification.leaderboards import service as boards
from gamification.leaderboards import teams as ranked_teams
from gamification.unit import Unit
from infra import activity_log
from infra.ids import new_id


async def judge(unit: Unit, changed: Iterable[Participation]) -> list[TeamRow]:
    """Judges the teams of these participations, which are written already; the teams.

    Whoever comes second waits here for the first and sees what they added. What the team reached
    is recorded for each member and applied a moment later: their locks are not held.
    """
    found = {one.team_id: one.challenge_id for one in changed if one.team_id is not None}
    if not found:
        return []
    ids = sorted(found)
    await team_rows.lock_teams(unit.tx, ids)
    teams = await team_rows.teams(unit.tx, ids)
    standings = await ranked_teams.rank(unit.tx, set(found.values()), ids, unit.now)
    await boards.announce(unit.tx, unit.platform, standings)
    news = {team.id: told for team in teams.values() if (told := _news_of(unit, team))}
    if news:
        members: defaultdict[UUID, list[Participation]] = defaultdict(list)
        for one in await rows.in_teams(unit.tx, list(news)):
            members[one.team_id or one.id].append(one)
        for team_id, told in news.items():
            await _tell(unit, teams[team_id], members[team_id], told)
    return list(teams.values())


def _news_of(unit: Unit, team: TeamRow) -> list[News]:
    challenge = unit.programme.challenges.by_id.get(team.challenge_id)
    if challenge is None or team.reached_at is not None or team.decided:
        return []
    return news_of(challenge.terms, team.progress, told=team.milestones)


async def _tell(
    unit: Unit, team: TeamRow, members: Iterable[Participation], news: Iterable[News]
) -> None:
    challenge, completed, told = unit.programme.challenges.by_id[team.challenge_id], False, 0
    activities: list[Activity] = []
    for type_, said in news:
        completed = completed or type_ == participations.COMPLETED
        told = max(told, said.get("number", 0))
        activities += [_about(unit, one, challenge, (type_, said)) for one in members]
    await team_rows.latch_team(
        unit.tx, team.id, milestones=told, reached_at=unit.now if completed else None
    )
    await activity_log.record(unit.tx, activities, applied=False)


def _about(unit: Unit, one: Participation, challenge: Challenge, news: News) -> Activity:
    type_, said = news
    facts = facts_of(one, challenge) | said
    return participations.activity_of(type_, one.member_id, facts, key=new_id(), now=unit.now)
