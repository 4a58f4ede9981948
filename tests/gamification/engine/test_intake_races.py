"""Calls that meet: nothing is done twice, nobody sees a deadlock, no sum is lost."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import asyncpg
import pytest

from gamification.engine import intake
from infra.activity_log import partition_of
from tests.support.shop import APPLIED, DUPLICATE, REJECTED, Shop


async def test_one_report_sent_by_ten_is_applied_once(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    report = shop.paid("A-1", "10")
    results = await asyncio.gather(*(shop.tell(report) for _ in range(10)))
    outcomes = Counter(result.outcome for [result] in results)
    assert outcomes == {APPLIED: 1, DUPLICATE: 9}
    assert len({result.activity.id for [result] in results if result.activity}) == 1
    assert await shop.available() == 10


async def test_overlapping_calls_in_any_order_keep_every_sum(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", budget=10**6)
    await shop.rule("open", "1", trigger="app.opened", cap_per_member_per_day=5)
    reports = [shop.paid(f"A-{n}", "3", f"C-{n % 20}") for n in range(60)]
    reports += [shop.report("app.opened", f"o-{n}", f"C-{n % 20}") for n in range(60)]
    draw = random.Random(7)  # noqa: S311 - a shuffle
    batches = [draw.sample(reports, 80) for _ in range(8)]
    outcomes = await asyncio.gather(*(shop.outcomes(*batch) for batch in batches))
    told = {report.external_id for batch in batches for report in batch}
    assert Counter(one for many in outcomes for one in many)[APPLIED] == len(told)
    assert sum([await shop.available(f"C-{n}") for n in range(20)]) == sum(
        3 if name.startswith("A") else 1 for name in told
    )


async def test_a_call_takes_those_first_at_whom_no_other_call_is(shop: Shop) -> None:
    refs, busy, over = [f"C-{n}" for n in range(101)], asyncio.Event(), asyncio.Event()

    async def be_at_one_group() -> None:
        async with shop.platform.database.transaction() as tx:
            await tx.execute("SELECT pg_advisory_xact_lock($1, 0)", intake.LOCK)
            busy.set()
            await over.wait()

    others = sum(partition_of(one) % intake.GROUPS != 0 for one in await shop.join(*refs))
    other = asyncio.create_task(be_at_one_group())
    await busy.wait()
    telling = asyncio.create_task(shop.outcomes(*(shop.report("app.opened", r, r) for r in refs)))
    async with asyncio.timeout(30):
        while await shop.count("activity WHERE type = 'app.opened'") < others:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not telling.done()
    over.set()
    await other
    assert set(await telling) == {APPLIED}


async def test_one_name_for_two_customers_at_once_is_one_activity(shop: Shop) -> None:
    one, other = (
        [shop.report("app.opened", f"o-{n}", ref) for n in order]
        for ref, order in (("C-1", range(30)), ("C-2", range(29, -1, -1)))
    )
    outcomes = await asyncio.gather(shop.outcomes(*one), shop.outcomes(*other))
    assert sorted(Counter(many).popitem() for many in outcomes) == [(APPLIED, 30), (REJECTED, 30)]


async def test_a_refund_and_its_cancellation_at_once_take_back_once(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    await shop.tell(shop.paid("A-1", "10"))
    going_back = [shop.cancelled("A-1", f"X-{n}") for n in range(4)]
    going_back += [shop.refunded("A-1", f"R-{n}", "4") for n in range(4)]
    await asyncio.gather(*(shop.tell(report) for report in going_back))
    assert await shop.available() >= 0


async def test_a_budget_holds_under_concurrent_calls(shop: Shop) -> None:
    await shop.rule("open", "7", trigger="app.opened", budget=100)
    await asyncio.gather(
        *(shop.tell(shop.report("app.opened", f"o-{n}", f"C-{n}")) for n in range(30))
    )
    assert sum([await shop.available(f"C-{n}") for n in range(30)]) == 100


async def test_corrections_and_earnings_at_once_lose_nothing(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    await shop.tell(shop.paid("A-0", "100"))
    await asyncio.gather(
        *(shop.tell(shop.paid(f"A-{n}", "10")) for n in range(1, 9)),
        *(shop.adjust(-10) for _ in range(8)),
    )
    assert await shop.available() == 100


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to PostgreSQL, statement by statement."""
    sent: list[str] = []

    def watched(name: str) -> Any:  # noqa: ANN401
        original = getattr(asyncpg.Connection, name)

        async def send(self: object, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
            sent.append(query)
            return await original(self, query, *args, **options)

        return send

    for name in ("fetch", "fetchrow", "fetchval", "execute", "copy_records_to_table"):
        monkeypatch.setattr(asyncpg.Connection, name, watched(name))
    return sent


async def test_a_call_of_many_sends_as_many_statements_as_a_call_of_few(
    shop: Shop, statements: list[str]
) -> None:
    await shop.rule("spend", "activity.attributes.total", budget=10**9, cap_per_member_per_day=999)
    sent: list[int] = []
    for call, size in enumerate((100, 400)):
        await shop.tell(*(shop.paid(f"{call}-{n}", "5", f"C-{call}-{n % 50}") for n in range(size)))
        statements.clear()
        back = [
            shop.refunded(f"{call}-{n}", f"R-{call}-{n}", "2", f"C-{call}-{n % 50}")
            for n in range(size)
        ]
        more = [shop.paid(f"{call}-x{n}", "5", f"N-{call}-{n}") for n in range(size)]
        assert set(await shop.outcomes(*back, *more)) == {APPLIED}
        sent.append(len(statements))
    assert sent[0] == sent[1] < 100
