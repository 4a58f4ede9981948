"""What must reach Redis about a committed transaction, even when the process dies in between.

`put` writes a row inside the transaction. After the commit the same process delivers at once and
deletes the row; the relay of a worker delivers what was left behind. Delivery may happen twice,
so every handler carries absolute state and changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import orjson
import structlog

from domain.errors import Unavailable
from infra.database import Database, Transaction

_log = structlog.stdlib.get_logger(__name__)
_LEFT_BEHIND: Final = timedelta(seconds=2)
_BATCH: Final = 100

Handler = Callable[[Any], Awaitable[None]]


async def put(
    transaction: Transaction,
    database: Database,
    topic: str,
    payload: object,
    deliver: Callable[[], Awaitable[None]],
) -> None:
    """Promises `payload` to the handler of `topic`; `deliver` does the same thing right away."""
    key = await transaction.fetchval(
        "INSERT INTO outbox (topic, payload) VALUES ($1, $2::jsonb) RETURNING id",
        topic,
        orjson.dumps(payload).decode(),
    )

    async def now() -> None:
        try:
            await deliver()
        except Unavailable as error:
            _log.warning("outbox.kept", topic=topic, engine=error.engine)
        else:
            await database.execute("DELETE FROM outbox WHERE id = $1", key)

    transaction.after_commit(now)


async def relay(database: Database, handlers: Mapping[str, Handler]) -> int:
    """Delivers what was left behind, oldest first; returns how many messages.

    Raises: Unavailable when Redis or PostgreSQL is away; nothing is lost.
    """
    async with database.transaction() as transaction:
        rows = await transaction.fetch(
            "SELECT id, topic, payload FROM outbox"
            " WHERE created_at < clock_timestamp() - $1::interval"
            " ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
            _LEFT_BEHIND,
            _BATCH,
        )
        for row in rows:
            await handlers[row["topic"]](orjson.loads(row["payload"]))
        await transaction.execute(
            "DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows]
        )
    return len(rows)
