"""A home screen of twenty posts with everything on it: the CPU of the process that answers.

Authors with avatars, two photos, two products with pictures, topics, counters, what the viewer
likes and whom they follow, and three comments with their authors. The product executes the
compiled document over the real slices; beside it stands an endpoint by hand with statements for
this screen alone. Both read the same databases in turns and end with the same bytes of JSON;
neither has HTTP, a token or limits around it, which `whole_path` measures.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final, cast
from uuid import UUID

import orjson
import uvloop

from api.execution.context import Context
from api.execution.encoding import write_json
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.feeds.products import posts_of_products
from api.members.types import existing_members, members_with_avatars
from api.posts.types import posts_by_id
from api.schema import build_schema
from bench import home_by_hand
from bench.figures import Figure
from bench.home_by_hand import FIRST, SCREEN
from community.feeds.jobs import keep_trending
from domain.members import Role, Viewer
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import Locale, load_catalogue
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from server.engines import Engines, embedded
from server.memory import settle_down

RATIO: Final = 2.5
ROUNDS, CALLS, WARM = 15, 40, 20
_READER: Final = UUID(int=1)
_FILL: Final = """
CREATE FUNCTION number(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT (lpad(to_hex(kind), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid $$;
INSERT INTO image (id, origin, alt, thumbhash, color, widths, heights, objects)
SELECT number(5, n), NULL, 'alt', decode(md5(n::text), 'hex'), '#aabbcc', '{1600,800,320}',
  '{1200,600,240}', ARRAY(SELECT md5(n || size) || '.webp' FROM unnest('{a,b,c}'::text[]) size)
FROM generate_series(1, 1000) n;
INSERT INTO member (id, customer_ref, handle, display_name, roles, joined_at, avatar_image_id)
SELECT number(0, n), 'c' || n, 'handle' || n, '小林 ' || n, '{SHOPPER}', now(), number(5, n)
FROM generate_series(1, 300) n;
INSERT INTO post (id, author_id, state, text, rating, created_at, submitted_at, published_at,
  like_count, comment_count)
SELECT number(9, n), number(0, 2 + n % 250), 'PUBLISHED',
  repeat('这款防晒霜真的很好用，通勤刚刚好。', 5), 5, now(), now(),
  now() - make_interval(mins => n), n % 50, 4 FROM generate_series(1, 300) n;
INSERT INTO topic (id, key, name, post_count)
SELECT number(2, n), 'topic' || n, 'topic' || n, 9 FROM generate_series(1, 50) n;
INSERT INTO post_topic SELECT number(9, n), k, number(2, 1 + (n + k) % 50), now()
FROM generate_series(1, 300) n, generate_series(0, 1) k;
INSERT INTO product (id, sku, name, image_id, rating_sum, rating_count, saved_at)
SELECT number(3, n), 'sku' || n, 'product ' || n, number(5, 400 + n), 9, 2, now()
FROM generate_series(1, 100) n;
INSERT INTO post_product SELECT number(9, n), k, number(3, 1 + (n * 7 + k) % 100), now()
FROM generate_series(1, 300) n, generate_series(0, 1) k;
INSERT INTO post_image SELECT number(9, n), k, number(5, 300 + n * 2 + k)
FROM generate_series(1, 300) n, generate_series(0, 1) k;
INSERT INTO comment (id, post_id, author_id, thread_id, state, text, submitted_at)
SELECT number(7, n * 10 + k), number(9, n), number(0, 251 + (n + k) % 50), number(7, n * 10 + k),
  'PUBLISHED', '颜色好看，我也想买', now() FROM generate_series(1, 300) n, generate_series(1, 4) k;
INSERT INTO member_like SELECT number(0, 1), number(9, n * 2), 'post', now()
FROM generate_series(1, 100) n;
INSERT INTO member_follow SELECT number(0, 1), number(0, n * 3), now()
FROM generate_series(1, 80) n;
ANALYZE
"""

Answer = Callable[[], Awaitable[bytes]]


async def measure() -> list[Figure]:
    """Ratios within rounds are what counts."""
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            await migrate(engines.database_url)
            # On the event loop of API processes, with their settings of the garbage collector.
            return await asyncio.to_thread(uvloop.run, _compare(engines))


async def _compare(engines: Engines) -> list[Figure]:
    async with AsyncExitStack() as stack:
        database = await Database.open(engines.database_url)
        stack.push_async_callback(database.close)
        redis = open_redis(engines.redis_url)
        stack.push_async_callback(redis.aclose)
        clock = Clock(database, sandbox=False)
        platform = Platform(database, redis, clock, PubSub(redis), load_catalogue())
        async with database.transaction() as tx:
            await tx.execute("SET LOCAL session_replication_role = replica")
            await tx.execute(_FILL)
        await keep_trending(platform)
        return await _measured(_product(platform), _by_hand(platform))


async def _measured(product: Answer, by_hand: Answer) -> list[Figure]:
    for _ in range(WARM):
        await product()
    body, same = await product(), await by_hand()
    assert orjson.loads(body) == orjson.loads(same)
    settle_down()
    rounds = [(await _cpu(product), await _cpu(by_hand)) for _ in range(ROUNDS)]
    ratio = median(a / b for a, b in rounds)
    return [
        Figure("home feed, response", len(body) / 1024, "KiB"),
        Figure("home feed, product", min(a for a, _ in rounds), "ms CPU"),
        Figure("home feed, by hand", min(b for _, b in rounds), "ms CPU"),
        Figure("home feed ÷ by hand", ratio, "×", f"≤ {RATIO} ×", ratio <= RATIO),
    ]


def _product(platform: Platform) -> Answer:
    nothing = cast("Any", None)
    services = Services(
        platform, Programmes(Expressions()), nothing, nothing, existing_members,
        members_with_avatars=members_with_avatars, product_posts=posts_of_products,
        posts=posts_by_id,
    )  # fmt: skip
    engine = Engine(build_schema())
    viewer = Viewer(
        _READER, frozenset({Role.SHOPPER}), None, datetime.now(UTC) + timedelta(hours=1)
    )

    async def answer() -> bytes:
        operation = await engine.prepare(Request(SCREEN, None, {"first": FIRST}))
        assert isinstance(operation, Operation)
        outcome = await engine.execute(operation, Context(viewer, Locale.EN, "bench", services))
        assert not outcome.errors, outcome.errors
        return write_json({"data": outcome.data})

    return answer


def _by_hand(platform: Platform) -> Answer:
    async def answer() -> bytes:
        return await home_by_hand.answer(platform, _READER)

    return answer


async def _cpu(answer: Answer) -> float:
    """Milliseconds of this process for one answer."""
    began = time.process_time()
    for _ in range(CALLS):
        await answer()
    return (time.process_time() - began) * 1000 / CALLS
