"""A process in which members join one group at once, to be killed at any moment.

Says `ready`, waits for its input to close, and prints each member that was told to be in.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from uuid import UUID

from community.deals import taking
from community.deals.taking import Wish
from domain.deals.offers import DealKind
from domain.errors import Refused, Unavailable
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis


async def main(database_url: str, redis_url: str, group: str, *members: str) -> None:
    database = await Database.open(database_url, pool_size=4, name="laurels-deals")
    redis = open_redis(redis_url)
    platform = Platform(
        database, redis, Clock(database, sandbox=True), PubSub(redis), load_catalogue()
    )
    await platform.clock.now()
    say("ready")
    await asyncio.to_thread(sys.stdin.read)

    async def join(member: str) -> None:
        with suppress(Refused, Unavailable):
            await taking.take(platform, Wish(UUID(member), UUID(group), DealKind.GROUP_BUY))
            say(member)

    await asyncio.gather(*map(join, members))
    await redis.aclose()
    await database.close()


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
