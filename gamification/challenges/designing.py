"""Saving challenges: each change is a new version, and what has started is not rewritten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from domain.bundles import Bundle
from domain.challenges.design import ChallengeDraft, check_challenge, check_change, normal
from domain.errors import Invalid, NotFound
from domain.expressions import ExpressionRefused
from domain.metrics import MetricDefinition, Window
from domain.metrics.tallies import kept_as
from gamification.badges import store as badges_store
from gamification.challenges import store
from gamification.challenges.store import ChallengeRow
from gamification.coupons import templates
from gamification.expressions import Expressions
from gamification.leaderboards import store as boards_store
from gamification.leaderboards import teams as ranked_teams
from gamification.metrics import store as metrics_store
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.pictures import store as pictures
from infra.platform import Platform

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""

_NOT_OF_THE_PAST: Final = frozenset({"member.tier", "member.tierLevel", "member.segment"})


async def save_challenge(
    platform: Platform, expressions: Expressions, draft: ChallengeDraft, *, changed: Changed
) -> ChallengeRow:
    """Adds a challenge or the next version of the one with this key.

    What says nothing new stays at its version; the capacity is no part of a version.

    Raises: Invalid (an expression's fault with its position), NotFound for a coupon, badge or
    board that is not there, Conflict for what has started.
    """
    draft = normal(draft)
    check_challenge(draft)
    _check_expressions(expressions, draft)

    async def work(tx: Transaction) -> ChallengeRow:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        now = await platform.clock.now(tx)
        await _check_named(tx, draft)
        key = await store.lock(tx, draft.key, new_id())
        known = (await store.by_ids(tx, [key])).get(key)
        if known is not None:
            check_change(known.draft, draft, now)
            if now >= known.terms.closes_at:
                await store.reopen(tx, key)
        await store.set_capacity(tx, key, draft.capacity)
        wanted = _with_cover(draft, known)
        if known is None or replace(known.draft, capacity=draft.capacity) != wanted:
            version = known.version + 1 if known else 1
            await store.add_version(tx, new_id(), await _row(tx, key, version, wanted), now)
            await ranked_teams.follow(tx, key)
        return (await store.by_ids(tx, [key]))[key]

    return await platform.database.in_transaction(work)


def counted_by(metric: MetricDefinition) -> MetricDefinition:
    """The metric that counts for a goal, which goals of any participation share."""
    return kept_as(replace(metric, window=Window.PARTICIPATION))


def _with_cover(draft: ChallengeDraft, known: ChallengeRow | None) -> ChallengeDraft:
    """A cover stays until there is another one."""
    if known is None or draft.cover_id is not None:
        return draft
    return replace(draft, cover_id=known.draft.cover_id)


async def _row(tx: Sql, key: UUID, version: int, draft: ChallengeDraft) -> ChallengeRow:
    ids = [await metrics_store.metric_id(tx, counted_by(goal.metric)) for goal in draft.terms.goals]
    return ChallengeRow(key, version, draft, tuple(ids), 0, 0, (), 0, None)


def _check_expressions(expressions: Expressions, draft: ChallengeDraft) -> None:
    """Raises: Invalid, naming the field."""
    terms = draft.terms
    try:
        asked = expressions.names(terms.condition)
    except ExpressionRefused as refused:
        raise refused.at("condition") from None
    for name in sorted(asked):
        if name.partition(".")[0] == "activity":  # who joins has done nothing yet
            raise Invalid("challenge.condition_of_member", field=("condition",), name=name)
    for place, goal in enumerate(terms.goals):
        where = ("goals", str(place), "metric", "condition")
        try:
            names = expressions.names(goal.metric.condition)
        except ExpressionRefused as refused:
            raise refused.at(*where) from None
        if terms.count_from_start and names & _NOT_OF_THE_PAST:
            name = min(names & _NOT_OF_THE_PAST)
            raise Invalid("challenge.not_of_the_past", field=where, name=name)


async def _check_named(tx: Sql, draft: ChallengeDraft) -> None:
    """Raises: NotFound for a coupon, badge, picture or board that is not there."""
    for where, reward in _rewards(draft):
        coupon, badge = reward.coupon, reward.badge
        if coupon is not None and coupon not in await templates.issued(tx, [coupon]):
            raise NotFound("coupon.template_unknown", field=(*where, "couponKey"), key=coupon[:60])
        if badge is not None and await badges_store.by_key(tx, badge) is None:
            raise NotFound("challenge.badge_unknown", field=(*where, "badgeKey"), key=badge[:60])
    if draft.cover_id is not None and not await pictures.by_ids(tx, [draft.cover_id]):
        raise NotFound("image.unknown", field=("coverImageId",))
    board = draft.leaderboard_key
    if board is not None and await boards_store.board_by_key(board) is None:
        raise NotFound("challenge.board_unknown", field=("leaderboardKey",), key=board[:60])


def _rewards(draft: ChallengeDraft) -> Iterable[tuple[tuple[str, ...], Bundle]]:
    yield ("reward",), draft.terms.reward
    for place, one in enumerate(draft.terms.milestones):
        yield ("milestones", str(place), "reward"), one.reward
