"""Reports by an e-mail address whose owner is being merged into the member of a customer number."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict
from gamification.engine.run import EngineRun
from infra import activity_log
from members.invariants import INVARIANTS
from tests.support.locks import somebody_waits
from tests.support.merging import ANA, link, merge_before, sign_up
from tests.support.shop import APPLIED, Shop

_HANG = 30  # seconds


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    return await sign_up(shop)


@pytest.fixture
async def holder(shop: Shop) -> UUID:
    """Whom the shop knows by its number."""
    [holder] = await shop.join("C-1")
    return holder


async def left_behind(shop: Shop) -> list[Any]:
    """What the invariant of merged members finds."""
    [one] = [one for one in INVARIANTS if "had done nothing but join" in one.name]
    return await shop.platform.database.fetch(one.violations)


async def test_what_waits_for_a_merge_is_taken_for_the_member_that_stays(
    shop: Shop, ana: UUID, holder: UUID
) -> None:
    telling = shop.tell(shop.paid("A-1", "10", ANA))
    stays, [result] = await merge_before(shop, ana, telling)
    assert stays == holder
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
    linking = asyncio.create_task(link(shop, ana))
    await somebody_waits(shop.platform)
    merged.set()
    [result] = await telling
    assert result.activity is not None
    assert result.activity.member_id == ana != holder
    with pytest.raises(Conflict):
        await linking


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
