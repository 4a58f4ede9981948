"""What was promised in a transaction reaches Redis, though the process dies in between."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Unavailable
from infra import outbox
from infra.database import Database

WAITING = "SELECT count(*) FROM outbox"


class Told:
    """A handler that remembers, and that can be away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.heard: list[Any] = []

    async def __call__(self, payload: Any = None) -> None:  # noqa: ANN401
        if self.away:
            raise Unavailable("redis")
        self.heard.append(payload)


async def put(database: Database, told: Told, payload: object = 1) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, database, "topic", payload, told)
        assert told.heard == []


async def age(database: Database) -> None:
    await database.execute("UPDATE outbox SET created_at = now() - interval '3 seconds'")


async def test_a_promise_is_kept_right_after_the_commit(database: Database) -> None:
    told = Told()
    await put(database, told)
    assert (told.heard, await database.fetchval(WAITING)) == ([None], 0)


async def test_a_promise_of_what_was_undone_is_none(database: Database) -> None:
    told = Told()
    with pytest.raises(LookupError):
        await put_and_fail(database, told)
    assert (told.heard, await database.fetchval(WAITING)) == ([], 0)


async def put_and_fail(database: Database, told: Told) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, database, "topic", 1, told)
        raise LookupError


async def test_while_redis_is_away_the_message_waits_and_the_call_succeeds(
    database: Database,
) -> None:
    await put(database, Told(away=True))
    assert await database.fetchval(WAITING) == 1


async def test_the_relay_delivers_what_was_left_behind_in_order(database: Database) -> None:
    for payload in ({"a": [1, "二"]}, 2, 3):
        await put(database, Told(away=True), payload)
    await age(database)
    told = Told()
    assert await outbox.relay(database, {"topic": told}) == 3
    assert told.heard == [{"a": [1, "二"]}, 2, 3]
    assert await outbox.relay(database, {"topic": told}) == 0


async def test_the_relay_leaves_fresh_messages_to_whoever_wrote_them(database: Database) -> None:
    await put(database, Told(away=True))
    assert await outbox.relay(database, {"topic": Told()}) == 0


async def test_a_relay_that_fails_loses_nothing(database: Database) -> None:
    await put(database, Told(away=True))
    await age(database)
    with pytest.raises(Unavailable):
        await outbox.relay(database, {"topic": Told(away=True)})
    assert await outbox.relay(database, {"topic": Told()}) == 1


async def test_two_relays_do_not_share_a_message(database: Database) -> None:
    await put(database, Told(away=True))
    await age(database)
    second = Told()

    async def meanwhile(_: object) -> None:
        assert await outbox.relay(database, {"topic": second}) == 0

    assert await outbox.relay(database, {"topic": meanwhile}) == 1
    assert second.heard == []
