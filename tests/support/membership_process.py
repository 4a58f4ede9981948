"""A busy shop of memberships in a process of its own, to be killed at any moment.

Members start, pay, miss payments and cancel, order meanwhile, and days go by. Prints the
reference of each payment once the call that brought it has returned. It ends when its input does.
"""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import suppress
from datetime import timedelta

from domain.errors import Refused
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from tests.support.clubs import Club

MEMBERS = [f"M-{n}" for n in range(5)]
QUARTER = timedelta(hours=6)


async def main(database_url: str, redis_url: str, name: str) -> None:
    database = await Database.open(database_url, name="laurels-load")
    redis = open_redis(redis_url)
    clock = Clock(database, sandbox=True)
    platform = Platform(database, redis, clock, PubSub(redis), load_catalogue())
    club = Club(platform, Programmes(Expressions()))
    await club.plan(trial_days=3, period_days=5)
    await club.rule("spend", "activity.attributes.total")
    ended = asyncio.Event()
    work = [live(club, ended, f"{name}-{n}", random.Random(n)) for n in range(4)]  # noqa: S311 - a story
    running = asyncio.gather(*work, pass_time(club, ended))
    await asyncio.to_thread(sys.stdin.read)
    ended.set()
    await running
    await redis.aclose()
    await database.close()


async def live(club: Club, ended: asyncio.Event, name: str, draw: random.Random) -> None:
    number = 0
    while not ended.is_set():
        number += 1
        member, ref = draw.choice(MEMBERS), f"pay-{name}-{number}"
        with suppress(Refused):
            club.now = await club.platform.clock.now()
            await club.tell(club.paid(f"O-{name}-{number}", "20", member))
            row = await club.start(member, payment_ref=ref)
            say(ref)
            for part in "abc":
                if draw.random() < 0.7:
                    await club.renew(row, f"{ref}-{part}")
                    say(f"{ref}-{part}")
            await (club.fail(row) if draw.random() < 0.5 else club.cancel(member))


async def pass_time(club: Club, ended: asyncio.Event) -> None:
    """A quarter of a day each time, and what a worker does about it."""
    while not ended.is_set():
        await club.platform.clock.advance(QUARTER)
        while await club.settle():
            pass
        await asyncio.sleep(0.005)


def say(name: str) -> None:
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
