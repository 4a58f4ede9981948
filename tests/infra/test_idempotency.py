"""One key, one effect: for one account and verb, however often and however many at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid
from infra import idempotency
from infra.database import Database, Transaction
from infra.idempotency import KEPT

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANN, BEN = UUID(int=1), UUID(int=2)


async def call(database: Database, key: str = "k", payload: object = (), **caller: Any) -> Any:  # noqa: ANN401
    """What a verb that answers with how many calls there were answers."""
    who = {"actor_id": ANN, "verb": "adjust"} | caller

    async def work(tx: Transaction) -> Any:  # noqa: ANN401
        kept = await idempotency.claim(tx, key=key, payload=payload, now=NOW, **who)
        if kept is not None:
            return kept
        answer = {"call": await tx.fetchval("SELECT count(*) FROM idempotency")}
        await idempotency.keep(tx, key=key, result=answer, **who)
        return answer

    return await database.in_transaction(work)


async def test_the_first_answer_is_kept(database: Database) -> None:
    assert await call(database) == await call(database) == {"call": 1}


async def test_another_payload_under_the_same_key_is_a_conflict(database: Database) -> None:
    await call(database, payload={"amount": 5})
    with pytest.raises(Conflict):
        await call(database, payload={"amount": 6})
    assert await call(database, payload={"amount": 5}) == {"call": 1}


async def test_the_order_of_a_payloads_names_does_not_matter(database: Database) -> None:
    first = await call(database, payload={"a": 1, "b": 2})
    assert await call(database, payload={"b": 2, "a": 1}) == first


@pytest.mark.parametrize("other", [{"actor_id": BEN}, {"verb": "redeem"}, {"key": "k2"}])
async def test_keys_are_of_one_account_and_verb(
    database: Database, other: dict[str, object]
) -> None:
    await call(database)
    assert await call(database, payload="other", **other) == {"call": 2}


async def test_calls_at_once_have_one_effect_and_one_answer(database: Database) -> None:
    answers = await asyncio.gather(*(call(database) for _ in range(8)))
    assert answers == [{"call": 1}] * 8


async def test_a_call_that_failed_leaves_its_key_free(database: Database) -> None:
    async def refuse(tx: Transaction) -> None:
        await idempotency.claim(tx, actor_id=ANN, verb="adjust", key="k", payload=1, now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await database.in_transaction(refuse)
    assert await call(database, payload=2) == {"call": 1}


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\0b", "\ud800"])
async def test_a_key_is_a_short_text(database: Database, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        await call(database, key)
    assert refused.value.field == ("idempotencyKey",)


async def test_an_answer_of_none_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="None"):
        await idempotency.keep(database, actor_id=ANN, verb="adjust", key="k", result=None)


async def test_keys_are_kept_for_thirty_days_and_then_forgotten(database: Database) -> None:
    await call(database)
    await idempotency.forget(database, NOW + KEPT)
    assert await call(database) == {"call": 1}
    await idempotency.forget(database, NOW + KEPT + timedelta(seconds=1))
    assert await database.fetchval("SELECT count(*) FROM idempotency") == 0
