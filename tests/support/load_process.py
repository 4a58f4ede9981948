"""A busy shop in a process of its own, to be killed at any moment.

Reports orders and refunds, leaves other activities to the log, and consumes the log, all at once.
Prints the name of each activity once the call that reported it has returned. When its input
closes it reports no more, drains the log and ends.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

from domain.errors import Unavailable
from gamification.engine.consumer import Consumer
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from tests.support.shop import Shop, happened

MEMBERS = [f"C-{n}" for n in range(8)]
TODAY = datetime(2026, 3, 1, 4, tzinfo=UTC)
ORDERS_A_CALL = 12


async def main(database_url: str, redis_url: str, name: str) -> None:
    database = await Database.open(database_url, name="laurels-load")
    redis = open_redis(redis_url)
    clock = Clock(database, sandbox=False)
    platform = Platform(database, redis, clock, PubSub(redis), load_catalogue())
    shop = Shop(platform, Programmes(Expressions()), TODAY)
    await shop.rule("spend", "activity.attributes.total", budget=10**9, expires_after_days=9000)
    await shop.rule("thanks", "5", pending_days=9000, cap_per_member_per_day=10**6)
    await shop.rule("post", "1", trigger="post.published")
    members = await shop.join(*MEMBERS)
    told = asyncio.Event()
    consumer = Consumer(platform, shop.programmes)
    writers = [
        *(repeat(told, lambda n, w=w: orders(shop, f"{name}-{w}-{n}")) for w in range(3)),
        repeat(told, lambda n: posts(shop, members, f"{name}-{n}")),
    ]
    work = [asyncio.create_task(writer) for writer in (*writers, consume(told, consumer))]
    await asyncio.to_thread(sys.stdin.read)
    told.set()
    await asyncio.gather(*work)
    await consumer.renew()
    while await shop.waiting():
        await consumer.run_once()
    await consumer.stop()
    await redis.aclose()
    await database.close()


async def repeat(told: asyncio.Event, write: object) -> None:
    for number in count():
        if told.is_set():
            return
        with suppress(Unavailable):
            await write(number)  # type: ignore[operator]
        await asyncio.sleep(0.005)


async def orders(shop: Shop, name: str) -> None:
    """Reports orders, then refunds of a third of them."""
    paid = [
        shop.paid(f"O-{name}-{n}", "7.50", MEMBERS[n % len(MEMBERS)]) for n in range(ORDERS_A_CALL)
    ]
    await shop.tell(*paid)
    say(*(report.external_id for report in paid))
    back = [
        shop.refunded(report.external_id, f"R-{report.external_id}", "2.50", report.customer_ref)
        for report in paid[::3]
    ]
    await shop.tell(*back)
    say(*(report.external_id for report in back))


async def posts(shop: Shop, members: list[object], name: str) -> None:
    """Leaves activities to the log, each in a transaction of its own."""
    for number, member in enumerate(members):
        post = happened(member, f"P-{name}-{number}")  # type: ignore[arg-type]
        await shop.record(post)
        say(post.external_id)


async def consume(told: asyncio.Event, consumer: Consumer) -> None:
    while not told.is_set():
        with suppress(Unavailable):
            await consumer.renew()
            await consumer.run_once()
        await asyncio.sleep(0.01)


def say(*names: str) -> None:
    sys.stdout.write("".join(f"{name}\n" for name in names))
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
