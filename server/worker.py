"""The worker: consumes the activity log and does everything that is due, until told to stop.

Each duty is a loop of its own that survives engines going away: it waits and goes on. Any number
of workers may run; leases and `SKIP LOCKED` keep them out of each other's way.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from community.deals import jobs as deal_jobs
from community.feeds import jobs as feed_jobs
from community.media import jobs as media_jobs
from community.moderation.decisions import telling as decisions_telling
from community.reactions import tallies
from community.referrals import confirming as referrals
from community.referrals import sights
from community.search import indexing
from community.shares import service as shares
from domain.calendar import day_of
from domain.errors import Unavailable
from gamification.badges import artwork
from gamification.badges import jobs as badge_jobs
from gamification.coupons import tries as coupon_tries
from gamification.engine.consumer import Consumer
from gamification.leaderboards import closing as board_closing
from gamification.leaderboards import handlers as board_handlers
from gamification.leaderboards import jobs as board_jobs
from gamification.leaderboards import leagues, lookback, yesterday
from gamification.leaderboards import service as boards
from gamification.memberships import jobs as membership_jobs
from gamification.metrics import filling
from gamification.participation import jobs as challenge_jobs
from gamification.points import expiry_notices
from gamification.points import jobs as point_jobs
from gamification.programme import store as programme_store
from gamification.streaks import outages
from gamification.tiers import jobs as tier_jobs
from infra import idempotency, outbox
from members import birthdays
from members.sign_in import forget_old_codes
from messaging.notifications import service as notifications
from messaging.notifications import telling
from server.engines import Engines
from server.gate import pass_gate
from server.memory import settle_down
from server.settings import Settings
from server.wiring import Laurels, assemble

_log = structlog.stdlib.get_logger(__name__)

_POLL: Final = 0.03
_SOON: Final = 0.2
_RENEW: Final = 3.0
_SECOND: Final = 1.0
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_AWAY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that comes again: every so many seconds, at once while it says there is more."""

    name: str
    every: float
    work: Callable[[], Awaitable[int]]


async def run(settings: Settings, engines: Engines) -> None:
    """Does all duties until SIGTERM or SIGINT; a batch under way is finished first."""
    await pass_gate()
    async with assemble(settings, engines, name="worker") as laurels:
        await _work(laurels)


async def _work(laurels: Laurels) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stopping.set)
    consumer = Consumer(laurels.platform, laurels.programmes)
    settle_down()
    async with asyncio.TaskGroup() as group:
        for duty in duties(laurels, consumer):
            group.create_task(_keep_doing(duty, stopping), name=duty.name)
    with suppress(Unavailable):
        await consumer.stop()


def duties(laurels: Laurels, consumer: Consumer) -> list[Duty]:
    """Everything a worker does."""
    return [
        *_log_duties(laurels, consumer),
        *_programme_duties(laurels),
        *_board_duties(laurels),
        *_contest_duties(laurels),
        *_community_duties(laurels),
        *_notice_duties(laurels),
        *_quiet_duties(laurels),
    ]


def _log_duties(laurels: Laurels, consumer: Consumer) -> list[Duty]:
    """What was recorded or promised is carried out."""
    platform = laurels.platform

    async def renew() -> int:
        await consumer.renew()
        return 0

    async def relay() -> int:
        async def standings(payload: object) -> None:
            await board_handlers.deliver(platform, payload)

        return await outbox.relay(platform.database, {boards.TOPIC: standings})

    return [
        Duty("renew leases", _RENEW, renew),
        Duty("consume activities", _POLL, consumer.run_once),
        Duty("relay the outbox", _SECOND, relay),
    ]


def _programme_duties(laurels: Laurels) -> list[Duty]:
    """What the programme's clock brings is written down."""
    platform = laurels.platform
    current, bind = laurels.programmes.current, laurels.programmes.expressions.bind

    async def settle() -> int:
        return await point_jobs.settle_due(platform)

    async def fill_metrics() -> int:
        return await filling.fill_next(platform, current, bind, changed=programme_store.bump)

    async def keep_tiers() -> int:
        judged = await tier_jobs.judge_next(platform, current, bind)
        return judged + await tier_jobs.settle_due(platform, current, bind)

    async def keep_badges() -> int:
        judged = await badge_jobs.judge_next(platform, current, bind)
        return judged + await badge_jobs.settle_due(platform, current, bind)

    async def draw_medals() -> int:
        await artwork.draw_next(platform)
        return 0  # one at a time: nobody else should wait for the drawings

    async def keep_memberships() -> int:
        return await membership_jobs.settle_due(platform)

    async def reach_birthdays() -> int:
        zone = (await current(platform.database)).settings.zone
        return await birthdays.reach_birthdays(platform.database, platform.clock, zone)

    return [
        Duty("settle points", _SECOND, settle),
        Duty("fill metrics", _SECOND, fill_metrics),
        Duty("keep tiers", _SECOND, keep_tiers),
        Duty("keep badges", _SECOND, keep_badges),
        Duty("draw medals", _SECOND, draw_medals),
        Duty("keep memberships", _SECOND, keep_memberships),
        Duty("reach birthdays", _SECOND, reach_birthdays),
    ]


def _board_duties(laurels: Laurels) -> list[Duty]:
    """Boards are counted, copied and closed."""
    platform = laurels.platform
    current, bind = laurels.programmes.current, laurels.programmes.expressions.bind

    async def keep_boards() -> int:
        programme = await current(platform.database)
        return await board_jobs.keep_boards(platform, programme.settings.zone)

    async def keep_ranks() -> int:
        zone = (await current(platform.database)).settings.zone
        return await yesterday.keep_ranks(platform, zone)

    async def fill_boards() -> int:
        return await lookback.fill_next(platform, current, bind)

    async def close_seasons() -> int:
        return await board_closing.close_next(platform) + await leagues.place_next(platform)

    return [
        Duty("keep leaderboards", _SECOND, keep_boards),
        Duty("keep the day's ranks", _MINUTE, keep_ranks),
        Duty("fill leaderboards", _SECOND, fill_boards),
        Duty("close seasons", _SECOND, close_seasons),
    ]


def _contest_duties(laurels: Laurels) -> list[Duty]:
    """What members reach together is added up; challenges that are over get their results."""

    async def keep_challenges() -> int:
        changed = programme_store.bump
        return await challenge_jobs.keep(laurels.platform, laurels.programmes, changed=changed)

    return [Duty("keep challenges", _SECOND, keep_challenges)]


def _community_duties(laurels: Laurels) -> list[Duty]:
    """What is talked about, and what is written, is found; friends who were brought are counted."""
    platform = laurels.platform

    async def confirm_referrals() -> int:
        return await referrals.confirm_next(platform)

    async def keep_trending() -> int:
        await feed_jobs.keep_trending(platform)
        return 0

    async def index_posts() -> int:
        return await indexing.index_waiting(platform.database)

    async def keep_deals() -> int:
        return await deal_jobs.fail_overdue(platform) + await deal_jobs.free_seats(platform)

    return [
        Duty("keep deals", _SECOND, keep_deals),
        Duty("confirm referrals", _SOON, confirm_referrals),
        Duty("keep the trending feed", feed_jobs.EVERY, keep_trending),
        Duty("read for search", _SOON, index_posts),
    ]


def _notice_duties(laurels: Laurels) -> list[Duty]:
    """What members should know is told in time."""
    platform = laurels.platform

    async def tell() -> int:
        return await telling.tell_next(platform)

    async def announce_expiries() -> int:
        programme = await laurels.programmes.current(platform.database)
        return await expiry_notices.announce_next(platform, programme.settings.zone)

    async def tell_decisions() -> int:
        return await decisions_telling.tell_next(platform)

    return [
        Duty("notify members", _SOON, tell),
        Duty("tell of decisions", _SECOND, tell_decisions),
        Duty("announce expiries", _SECOND, announce_expiries),
    ]


def _quiet_duties(laurels: Laurels) -> list[Duty]:
    """What nobody asks for any more is put away, and outages are noticed by the gaps between."""
    platform = laurels.platform

    async def tidy() -> int:
        now = await platform.clock.now()
        await idempotency.forget(platform.database, now)
        await forget_old_codes(platform.database, now=now)
        await coupon_tries.forget(platform.database, now)
        await notifications.forget_old(platform.database, now)
        await shares.forget_old(platform.database, now)
        await sights.forget_networks(platform.database, now)
        zone = (await laurels.programmes.current(platform.database)).settings.zone
        await tallies.forget(platform.database, day_of(now, zone))
        await laurels.sessions.forget_ended()
        return 0

    async def sweep_pictures() -> int:
        return await media_jobs.sweep_next(platform)

    async def beat() -> int:
        programme = await laurels.programmes.current(platform.database)
        await outages.beat(platform, programme.settings.zone)
        return 0

    return [
        Duty("tidy up", _HOUR, tidy),
        Duty("sweep pictures", _MINUTE, sweep_pictures),
        Duty("say that it runs", _MINUTE, beat),
    ]


async def _keep_doing(duty: Duty, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            more = await duty.work()
        except Unavailable as error:
            _log.warning("duty.waits", duty=duty.name, engine=error.engine)
            await _rest(stopping, _AWAY)
        except Exception:  # noqa: BLE001 - see below
            # The edge of the process: a duty that fails is told and tried again, the others go on.
            _log.exception("duty.failed", duty=duty.name)
            await _rest(stopping, _SECOND)
        else:
            if not more:
                await _rest(stopping, duty.every)


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
