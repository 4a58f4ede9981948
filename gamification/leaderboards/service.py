"""The verbs of leaderboards: announce committed standings, save a board."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import (
    Board,
    BoardDraft,
    Period,
    Season,
    check_board,
    check_change,
    counting_season,
    season_at,
)
from domain.boards.prizes import Prize
from domain.calendar import NEVER
from domain.errors import NotFound
from domain.expressions import ExpressionRefused
from gamification.badges import store as badges_store
from gamification.coupons import templates as coupon_templates
from gamification.leaderboards import mirror, store, teams
from gamification.leaderboards.store import StandingState
from gamification.metrics import store as metrics_store
from infra import outbox
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

TOPIC: Final = "standings"
"""The outbox topic that `handlers.deliver` handles."""

_NOT_OF_THE_PAST: Final = frozenset({"member.tier", "member.tierLevel", "member.segment"})


def live_topic(board_id: UUID) -> str:
    """Where a board's changes are published: `{"season": start of the season}`."""
    return f"board:{board_id}"


async def announce(tx: Transaction, platform: Platform, states: Sequence[StandingState]) -> None:
    """Promises in `tx` that Redis and the subscribers will know these states.

    The outbox row names who changed, not how: whoever delivers it later reads the present state.
    Right after the commit this process tells the states at hand.
    """
    if not states:
        return

    async def now() -> None:
        await tell(platform, states)

    payload = [[s.member_id.hex, s.board_id.hex, s.season_starts_at] for s in states]
    await outbox.put(tx, platform.database, TOPIC, payload, now)


async def tell(platform: Platform, states: Sequence[StandingState]) -> None:
    """Writes committed states to Redis, then tells the subscribers of their boards.

    Raises: Unavailable while Redis is away.
    """
    refused = await mirror.push(platform.redis, states)
    while refused.keys:
        present = await store.states(platform.database, refused.keys)
        refused = await mirror.push(platform.redis, present, refused.floors)
    for board_id, start in sorted({(s.board_id, s.season_starts_at) for s in states}):
        await publish(platform, board_id, start)


async def publish(platform: Platform, board_id: UUID, season_starts_at: datetime) -> None:
    """Tells subscribers that a season of the board changed."""
    await platform.pubsub.publish(live_topic(board_id), {"season": season_starts_at})


async def save(
    platform: Platform,
    draft: BoardDraft,
    *,
    zone: ZoneInfo,
    names: Callable[[str], frozenset[str]],
    changed: Callable[[Sql], Awaitable[object]],
) -> Board:
    """Creates the board with this key, or changes it; a new one counts what happened before, too.

    Only by a condition that asks for what nobody remembers of the past (a member's tier or
    segment) it begins with what happens from now on. `names` tells what a condition asks for, and
    raises `ExpressionRefused` for what does not compile; `changed` tells, in the same transaction,
    that the programme has another version.

    Raises: Invalid; NotFound for a coupon, badge or challenge that is not there; Conflict for a
    change that would rewrite what a scored board has shown.
    """
    check_board(draft)
    asks: frozenset[str] = frozenset()
    if draft.metric.condition:
        try:
            asks = names(draft.metric.condition)
        except ExpressionRefused as refused:
            raise refused.at("metric", "condition") from None

    async def work(tx: Transaction) -> Board:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        now = await platform.clock.now(tx)
        looks_back = not asks & _NOT_OF_THE_PAST
        return await _put(tx, platform, draft, now=now, zone=zone, looks_back=looks_back)

    return await platform.database.in_transaction(work)


async def _check_prizes(tx: Sql, prizes: Sequence[Prize]) -> None:
    """Raises: NotFound when a prize is a coupon or a badge that is not there."""
    for n, one in enumerate(prizes):
        badge = one.reward.badge
        if badge is not None and await badges_store.by_key(tx, badge) is None:
            path = ("prizes", str(n), "badgeKey")
            raise NotFound("challenge.badge_unknown", field=path, key=badge[:60])
    keys = {n: one.reward.coupon for n, one in enumerate(prizes) if one.reward.coupon}
    known = await coupon_templates.issued(tx, sorted(set(keys.values()))) if keys else {}
    for n, key in keys.items():
        if key not in known:
            path = ("prizes", str(n), "couponKey")
            raise NotFound("coupon.template_unknown", field=path, key=key[:60])


async def _put(
    tx: Transaction,
    platform: Platform,
    draft: BoardDraft,
    *,
    now: datetime,
    zone: ZoneInfo,
    looks_back: bool,
) -> Board:
    await _check_prizes(tx, draft.prizes)
    goal = None if draft.teams_of is None else await teams.goal_of(tx, draft)
    metric_id = goal.metric_id if goal else await metrics_store.metric_id(tx, draft.metric)
    known = await store.lock_board(draft.key)
    board = Board(
        id=known.id if known else new_id(),
        key=draft.key,
        name=draft.name,
        unit=draft.unit,
        period=draft.period,
        metric_id=metric_id,
        measure=draft.metric.measure,
        starts_at=goal.starts_at if goal else draft.starts_at,
        ends_at=goal.ends_at if goal else draft.ends_at,
        grace_hours=draft.grace_hours,
        prizes=draft.prizes,
        league=draft.league,
        created_at=known.created_at if known else now,
        cut_at=known.cut_at if known else None,
        teams_of=goal.challenge_id if goal else None,
    )
    newest = (await store.seasons_before(tx, [(board.id, NEVER)], limit=1))[0]
    if known and newest:
        check_change(known, board, newest[0], now)
        season = counting_season(board, newest[0].starts_at, zone)
        if season is not None and season.starts_at == newest[0].starts_at:
            await store.change_end(tx, board.id, season)
    await store.put_board(tx, board, now, complete=not looks_back or goal is not None)
    if goal is not None:
        await announce(tx, platform, await teams.fill(tx, board, now))
    return board


async def season_shown(platform: Platform, board: Board, now: datetime, zone: ZoneInfo) -> Season:
    """The board's season at `now`: between two seasons the last one, final."""
    return (await seasons_shown(platform, [board], now, zone))[0]


async def seasons_shown(
    platform: Platform, boards: Sequence[Board], now: datetime, zone: ZoneInfo
) -> list[Season]:
    """The season of each board at `now`."""
    seasons = [season_at(board, now, zone) for board in boards]
    between = [
        n
        for n, (board, season) in enumerate(zip(boards, seasons, strict=True))
        if board.period is Period.SEASON and now < season.starts_at
    ]
    if between:
        wanted = [(boards[n].id, seasons[n].starts_at) for n in between]
        found = await store.seasons_before(platform.database, wanted, limit=1)
        for n, last in zip(between, found, strict=True):
            seasons[n] = last[0] if last else seasons[n]
    return seasons
