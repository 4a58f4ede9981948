"""A process that redeems without pause, to be killed at any moment.

Members ask for the reward named, each time under a key of its own, and cancel what they got, so
that there is always something to redeem. Prints `redeemed MEMBER KEY` and `cancelled MEMBER KEY`
once that was answered. Ends when its input closes.
"""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import suppress
from itertools import count
from uuid import UUID

from domain.errors import Refused, Unavailable
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from gamification.rewards import redeeming, redemptions, service
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis

AT_ONCE = 24


async def main(database_url: str, redis_url: str, name: str, reward: str, *members: str) -> None:
    database = await Database.open(database_url, name="laurels-sale")
    redis = open_redis(redis_url)
    clock = Clock(database, sandbox=False)
    platform = Platform(database, redis, clock, PubSub(redis), load_catalogue())
    programmes, told = Programmes(Expressions()), asyncio.Event()
    work = [
        asyncio.create_task(buy(platform, programmes, told, f"{name}-{n}", reward, members))
        for n in range(AT_ONCE)
    ]
    await asyncio.to_thread(sys.stdin.read)
    told.set()
    await asyncio.gather(*work)
    await redis.aclose()
    await database.close()


async def buy(
    platform: Platform,
    programmes: Programmes,
    told: asyncio.Event,
    name: str,
    reward: str,
    members: tuple[str, ...],
) -> None:
    draw = random.Random(name)  # noqa: S311 - a load, not a secret
    for number in count():
        if told.is_set():
            return
        member, key = UUID(draw.choice(members)), f"{name}-{number}"
        with suppress(Refused, Unavailable):
            made = await redeeming.redeem(
                platform, programmes, member_id=member, reward_id=UUID(reward), key=key
            )
            say("redeemed", member, key)
            row = (await redemptions.by_ids(platform.database, [made]))[made]
            await service.cancel(platform, programmes, redemption=row, actor_id=member)
            say("cancelled", member, key)
        await asyncio.sleep(0.001)


def say(what: str, member: UUID, key: str) -> None:
    sys.stdout.write(f"{what} {member} {key}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
