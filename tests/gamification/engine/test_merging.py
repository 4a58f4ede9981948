"""Reports by an e-mail address whose owner is being merged into the member of a customer number."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict
from gamification.engine.run import EngineRun
from gamification.ledger import states
from infra import activity_log
from infra.database import Transaction
from members.invariants import INVARIANTS
from members.linking import link_customer
from tests.support.locks import somebody_waits
from tests.support.shop import APPLIED, Shop

ANA = "ana@example.com"
_HANG = 30  # seconds


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """Signed up by e-mail, and known to the engine."""
    [ana] = await shop.join(ANA)
    async with shop.platform.database.transaction() as tx:
        await tx.execute("INSERT INTO account VALUES ($1, 'EMAIL', $2, $3)", ANA, ana, shop.now)
        await states.lock(tx, [ana])
    return ana


@pytest.fixture
async def holder(shop: Shop) -> UUID:
    """Whom the shop knows by its number."""
    [holder] = await shop.join("C-1")
    return holder


async def link(
    shop: Shop, member_id: UUID, hold: Callable[..., Awaitable[object]] = states.lock
) -> UUID:
    return await link_customer(shop.platform.database, member_id, "C-1", hold=hold, now=shop.now)


async def left_behind(shop: Shop) -> list[Any]:
    """What the invariant of merged members finds."""
    [one] = [one for one in INVARIANTS if "had done nothing but join" in one.name]
    return await shop.platform.database.fetch(one.violations)


async def test_what_waits_for_a_merge_is_taken_for_the_member_that_stays(
    shop: Shop, ana: UUID, holder: UUID
) -> None:
    held, told = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction, ids: Sequence[UUID]) -> None:
        await states.lock(tx, ids)
        held.set()
        await told.wait()

    merging = asyncio.create_task(link(shop, ana, hold))
    await asyncio.wait_for(held.wait(), _HANG)
    telling = asyncio.create_task(shop.tell(shop.paid("A-1", "10", ANA)))
    await somebody_waits(shop.platform)
    told.set()
    assert await merging == holder
    [result] = await telling
    assert result.activity is not None
    assert (result.outcome, result.activity.member_id) == (APPLIED, holder)
    assert await left_behind(shop) == []


async def test_a_merge_waits_for_what_is_being_recorded_and_is_then_refused(
    shop: Shop, ana: UUID, holder: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding, merged = asyncio.Event(), asyncio.Event()
    known = activity_log.known

    async def slowly(*args: Any) -> Any:  # noqa: ANN401
        holding.set()
        await merged.wait()
        return await known(*args)

    monkeypatch.setattr(activity_log, "known", slowly)
    telling = asyncio.create_task(shop.tell(shop.paid("A-1", "10", ANA)))
    await asyncio.wait_for(holding.wait(), _HANG)
    merging = asyncio.create_task(link(shop, ana))
    await somebody_waits(shop.platform)
    merged.set()
    [result] = await telling
    assert result.activity is not None
    assert result.activity.member_id == ana != holder
    with pytest.raises(Conflict):
        await merging


async def test_a_merge_between_the_two_steps_of_many_reports_is_noticed(
    shop: Shop, ana: UUID, holder: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[UUID] = []
    open_ = EngineRun.open.__func__  # type: ignore[attr-defined]

    async def late(cls: type[EngineRun], *args: Any, **named: Any) -> EngineRun:  # noqa: ANN401
        if not merged:
            merged.append(await link(shop, ana))
        return await open_(cls, *args, **named)  # type: ignore[no-any-return]

    monkeypatch.setattr(EngineRun, "open", classmethod(late))
    reports = [shop.paid(f"A-{n}", "1", ANA) for n in range(101)]
    results = await shop.tell(*reports)
    assert merged == [holder]
    assert {one.outcome for one in results} == {APPLIED}
    assert {one.activity.member_id for one in results if one.activity} == {holder}
    assert await left_behind(shop) == []
