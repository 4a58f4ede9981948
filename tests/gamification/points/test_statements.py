"""Statements: newest first, in pages, with what has come due whether a job has booked it or not."""

from __future__ import annotations

from typing import Any

import pytest

from domain.ledger import EntryKind
from gamification.points import jobs, statements, store
from gamification.points.store import EntryRow
from infra.ids import new_id
from tests.support.shop import Shop


async def statement(shop: Shop, **asked: Any) -> list[EntryRow]:  # noqa: ANN401
    """Of the first member, at the clock's present."""
    now, database = await shop.platform.clock.now(), shop.platform.database
    wanted: dict[str, Any] = {"limit": 9} | asked
    (found,) = await statements.statements(database, [await shop.member()], now=now, **wanted)
    return found


async def test_a_statement_is_newest_first_and_goes_on_before_an_entry(shop: Shop) -> None:
    await shop.join("C-1")
    for amount in (1, 2, 3, 4):
        await shop.adjust(amount)
    page = await statement(shop, limit=2)
    rest = await statement(shop, before=page[-1].number)
    assert [entry.amount for entry in page + rest] == [4, 3, 2, 1]


async def test_statements_of_many_are_each_cut_for_themselves(shop: Shop) -> None:
    await shop.join("C-1")
    for amount in (1, 2, 3):
        await shop.adjust(amount)
    member, nobody = await shop.member(), new_id()
    found = await statements.statements(
        shop.platform.database, [nobody, member, member], now=shop.now, limit=2
    )
    assert [[entry.amount for entry in entries] for entries in found] == [[], [3, 2], [3, 2]]


async def test_a_statement_may_show_one_kind(shop: Shop) -> None:
    await shop.rule("spend", "20")
    await shop.tell(shop.paid("A-1", "1"), shop.cancelled("A-1", "X-1"))
    found = await statement(shop, kind=EntryKind.CLAWBACK)
    assert [entry.amount for entry in found] == [-20]


async def test_a_statement_shows_what_came_due_before_a_job_booked_it(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    seen = await statement(shop)
    assert [entry.kind for entry in seen] == [EntryKind.EXPIRE, EntryKind.CONFIRM, EntryKind.EARN]
    assert await jobs.settle_due(shop.platform) == 1
    assert await statement(shop) == seen


async def test_what_is_booked_while_one_reads_is_shown_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    load = store.load

    async def load_and_book(*asked: Any) -> Any:  # noqa: ANN401
        found = await load(*asked)
        await jobs.settle_due(shop.platform)
        return found

    monkeypatch.setattr(store, "load", load_and_book)
    assert [entry.number for entry in await statement(shop)] == [3, 2, 1]


async def test_pages_go_through_what_came_due(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    pages: list[EntryRow] = []
    while page := await statement(shop, before=pages[-1].number if pages else None, limit=1):
        pages += page
    assert pages == await statement(shop)


async def test_what_came_due_is_filtered_like_everything_else(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    assert [entry.amount for entry in await statement(shop, kind=EntryKind.EXPIRE)] == [-20]
    assert await statement(shop, kind=EntryKind.ADJUST) == []


async def test_an_entry_that_came_due_is_found_by_its_name_of_later(shop: Shop) -> None:
    await shop.rule("spend", "20", expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    [expired, _], member = await statement(shop), await shop.member()
    name, sql = (member, expired.number), shop.platform.database
    now = await shop.platform.clock.now()
    before = await statements.entries_by_name(sql, [name, (member, 99)], now)
    await jobs.settle_due(shop.platform)
    assert before == await statements.entries_by_name(sql, [name], now) == {name: expired}
