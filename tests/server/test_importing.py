"""Importing orders: all of a good file, nothing of a bad one, and each order once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from domain.errors import Invalid
from infra.database import Database
from server import importing
from server.importing import import_orders, import_rows
from server.wiring import Laurels

HEADER = "customer_id,date,items,amount_usd"
ROWS = (
    "00001,1997-01-01,1,11.77",
    "00002,1997-01-12,1,12.00",
    "00002,1997-01-12,5,77.00",
    "00002,1997-01-12,1,12.00",
    "00003,1997-01-02,2,20.76",
)

Write = Callable[[Sequence[str]], Path]


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(rows: Sequence[str]) -> Path:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
        return path

    return written


async def orders(database: Database) -> int:
    return int(await database.fetchval("SELECT count(*) FROM shop_order"))


async def test_every_row_is_an_order(laurels: Laurels, write: Write) -> None:
    assert await import_orders(laurels, write(ROWS), skip_bad_rows=False) == 0
    assert await orders(laurels.platform.database) == 5


async def test_an_order_is_recorded_as_the_specification_says(
    laurels: Laurels, write: Write
) -> None:
    await import_orders(laurels, write(ROWS[:1]), skip_bad_rows=False)
    row = await laurels.platform.database.fetchrow(
        "SELECT a.type, a.source, a.occurred_at::text, m.customer_ref,"
        " a.attributes ->> 'total' AS total, a.attributes -> 'itemCount' = '1' AS counted,"
        " a.attributes ->> 'orderRef' = a.external_id AS named"
        " FROM activity a JOIN member m ON m.id = a.member_id WHERE a.source = 'import'"
    )
    assert row is not None
    assert tuple(row) == (
        "order.paid",
        "import",
        "1997-01-01 04:00:00+00",
        "00001",
        "11.77",
        True,
        True,
    )


async def test_importing_again_adds_nothing(
    laurels: Laurels, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        await import_orders(laurels, write(ROWS), skip_bad_rows=False)
    assert capsys.readouterr().out.splitlines() == [
        "5 new, 0 already there, 0 refused.",
        "0 new, 5 already there, 0 refused.",
    ]


async def test_a_file_that_grew_adds_what_is_new(laurels: Laurels, write: Write) -> None:
    await import_orders(laurels, write(ROWS[:3]), skip_bad_rows=False)
    tally = await import_rows(laurels, write(ROWS), lambda _: None)
    assert (tally.new, tally.known) == (2, 3)


async def test_another_order_of_the_rows_adds_nothing(laurels: Laurels, write: Write) -> None:
    await import_orders(laurels, write(ROWS), skip_bad_rows=False)
    shuffled = random.sample(ROWS, len(ROWS))
    tally = await import_rows(laurels, write(shuffled), lambda _: None)
    assert (tally.new, tally.known) == (0, 5)


async def test_nothing_is_imported_of_a_file_with_a_bad_row(
    laurels: Laurels, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write([*ROWS, "00009,1997-13-01,1,1.00"])
    assert await import_orders(laurels, path, skip_bad_rows=False) == 1
    assert "line 7: “1997-13-01” is not a date" in capsys.readouterr().err
    assert await orders(laurels.platform.database) == 0


async def test_bad_rows_are_left_out_when_asked(laurels: Laurels, write: Write) -> None:
    path = write(["00009,1997-13-01,1,1.00", *ROWS])
    assert await import_orders(laurels, path, skip_bad_rows=True) == 0
    assert await orders(laurels.platform.database) == 5


async def test_the_first_twenty_bad_rows_are_listed_and_the_others_counted(
    laurels: Laurels, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    await import_orders(laurels, write(["x"] * 25), skip_bad_rows=False)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Malformed rows: 25"
    assert sum("line" in line for line in told) == 20
    assert "  and 5 more." in told


async def test_another_header_is_told_before_anything_else(
    laurels: Laurels, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,day\n1,2\n")
    with pytest.raises(Invalid, match=r"import\.header"):
        await import_orders(laurels, path, skip_bad_rows=True)


async def test_orders_of_the_future_are_refused_by_their_line(
    laurels: Laurels, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await import_orders(laurels, write([*ROWS, "1,9000-01-01,1,1"]), skip_bad_rows=False)
    told = capsys.readouterr()
    assert "line 7: occurredAt lies more than five minutes in the future." in told.err
    assert "5 new, 0 already there, 1 refused." in told.out


async def test_what_is_told_is_in_the_terminals_language(
    laurels: Laurels,
    write: Write,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    await import_orders(laurels, write(ROWS), skip_bad_rows=False)
    assert "新增 5 筆，已存在 0 筆，被拒絕 0 筆。" in capsys.readouterr().out


async def test_an_interrupted_import_goes_on_where_it_was(
    laurels: Laurels, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_REPORTS", 10)
    path = write([f"{number % 7},1997-01-01,1,{number}.00" for number in range(200)])
    running = asyncio.current_task()
    assert running is not None

    def interrupt(_done: int) -> None:
        running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await import_rows(laurels, path, interrupt)
    running.uncancel()
    there = await orders(laurels.platform.database)
    assert 0 < there < 200
    tally = await import_rows(laurels, path, lambda _: None)
    assert (tally.new, tally.known) == (200 - there, there)


async def test_a_customers_orders_keep_their_order(
    laurels: Laurels, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_REPORTS", 10)
    await import_rows(
        laurels, write([f"{n % 7},1997-01-01,1,{n}.00" for n in range(200)]), lambda _: None
    )
    misplaced = await laurels.platform.database.fetchval(
        "SELECT count(*) FROM (SELECT (attributes ->> 'total')::numeric AS total,"
        " lag((attributes ->> 'total')::numeric) OVER (PARTITION BY member_id"
        " ORDER BY applied_order) AS before FROM activity WHERE source = 'import') o"
        " WHERE before > total"
    )
    assert misplaced == 0
