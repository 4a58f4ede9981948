"""Tells the demo's community: everything by the verbs of any shop, at the time it happened.

Telling it again changes nothing and goes on where it was broken off: what is there already is
found by what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from community.products import service as products
from domain.calendar import day_of
from gamification.engine.consumer import Consumer
from infra.i18n import Catalogue
from infra.platform import Platform
from messaging.notifications import telling
from server.demo_community import people, reviewing
from server.demo_community.deals import deal
from server.demo_community.doing import Doing, World, find_posts
from server.demo_community.past_clock import PastClock
from server.demo_community.pictures import Pictures
from server.demo_community.script import Script
from server.demo_community.timeline import LEAD, Like, Timed, timeline
from server.terminal import Advance, progress, terminal_locale
from server.wiring import Laurels

_DEALT: Final = timedelta(minutes=30)
"""How long before the first start the deals that are open then have begun."""


async def live(laurels: Laurels, script: Script, *, begun: datetime) -> None:
    """Lets the community live until `begun`, and shows how far it came.

    Raises: Unavailable; what was told until then stays, and telling it again goes on.
    """
    settings = (await laurels.programmes.current(laurels.platform.database)).settings
    clock = await _clock(laurels.platform, begun)
    platform = replace(laurels.platform, clock=clock)
    told = timeline(script, begun, settings.zone)
    pictures = Pictures(platform, laurels.uploads)
    with progress(_title(platform.catalogue), len(script.people) + len(told)) as advance:
        await products.save(platform, script.products, currency=settings.currency)
        world = World(await people.join(platform, script), await reviewing.moderator(platform))
        for person in script.people:
            await people.introduce(platform, pictures, person, world.members[person.key])
            advance(1)
        await find_posts(platform, script, world)
        doing = Doing(
            platform, laurels.programmes, pictures, script=script, world=world, begun=begun
        )
        consumer = Consumer(platform, laurels.programmes)
        for _, acts in _days(told, settings.zone):
            await _tell(doing, clock, acts, advance)
            await _apply(consumer, platform)
        clock.reach(begun - _DEALT)
        await deal(platform, script.deals, world.members, settings.currency)
        await _apply(consumer, platform)
        await consumer.stop()


async def _clock(platform: Platform, begun: datetime) -> PastClock:
    """The clock of the story: at its beginning, or where it was broken off."""
    last: datetime | None = await platform.database.fetchval(
        "SELECT max(received_at) FROM activity"
    )
    first = begun - LEAD
    earliest = first if last is None else max(first, last)
    return PastClock(platform.database, sandbox=platform.clock.sandbox, earliest=earliest)


def _title(catalogue: Catalogue) -> str:
    return catalogue.say("demo.community", terminal_locale())


def _days(told: Sequence[Timed], zone: ZoneInfo) -> Iterator[tuple[date, list[Timed]]]:
    for day, acts in groupby(told, key=lambda one: day_of(one[0], zone)):
        yield day, list(acts)


async def _tell(doing: Doing, clock: PastClock, acts: Sequence[Timed], advance: Advance) -> None:
    """A day of the story; likes of one moment are one act."""
    for at, together in groupby(acts, key=lambda one: one[0]):
        clock.reach(at)
        some = [act for _, act in together]
        likes = [act for act in some if isinstance(act, Like)]
        if likes:
            await doing.like(likes)
        for act in some:
            if not isinstance(act, Like):
                await doing.do(act, at)
        advance(len(some))


async def _apply(consumer: Consumer, platform: Platform) -> None:
    """Lets what was recorded have its effects, and be told, on the day on which it happened."""
    await reviewing.tell(platform)
    await consumer.renew()
    while await consumer.run_once():
        pass
    while await telling.tell_next(platform):
        pass
