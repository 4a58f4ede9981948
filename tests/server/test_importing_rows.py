"""What a line of an orders file says, or what is wrong with it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from server.order_file import BadRow, OrderRow, read, report_of

HEADER = b"customer_id,date,items,amount_usd\n"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def rows(*lines: str) -> list[OrderRow | BadRow]:
    return list(read(io.BytesIO(HEADER + "\n".join(lines).encode())))


def row(line: str) -> OrderRow:
    [found] = rows(line)
    assert isinstance(found, OrderRow), found
    return found


def fault(line: str) -> str:
    [found] = rows(line)
    assert isinstance(found, BadRow), found
    return found.refused.reason


def test_a_row_is_an_order() -> None:
    assert row("00001,1997-01-01,2,11.77") == OrderRow(
        2, "00001", date(1997, 1, 1), 2, Decimal("11.77")
    )


def test_an_order_happened_at_noon_of_the_programmes_day() -> None:
    report = report_of(row("00001,1997-01-01,2,11.77"), 0, SHANGHAI)
    assert report.occurred_at == datetime(1997, 1, 1, 4, tzinfo=UTC)


def test_an_order_carries_the_attributes_of_the_specification() -> None:
    report = report_of(row("00001,1997-01-01,2,11.77"), 0, SHANGHAI)
    assert report.attributes == {
        "orderRef": report.external_id,
        "total": "11.77",
        "currency": "USD",
        "itemCount": 2,
    }
    assert (report.type, report.source) == ("order.paid", "import")


def test_a_customer_number_stays_as_it_stands() -> None:
    assert row('" 0,07 ",1997-01-01,2,11.77').customer_id == " 0,07 "


@pytest.mark.parametrize(
    ("written", "total"),
    [("11.7", "11.70"), ("11.70", "11.70"), ("011", "11.00"), ("0.125", "0.125")],
)
def test_amounts_that_say_the_same_are_written_the_same(written: str, total: str) -> None:
    assert row(f"00001,1997-01-01,2,{written}").total == total


def test_equal_rows_are_told_apart_by_those_before() -> None:
    order = row("00001,1997-01-01,2,11.77")
    names = {report_of(order, ordinal, SHANGHAI).external_id for ordinal in range(3)}
    assert len(names) == 3


def test_the_line_of_a_row_does_not_name_it() -> None:
    first, second = rows("00001,1997-01-01,2,11.77", "00001,1997-01-01,2,11.770")
    assert isinstance(first, OrderRow)
    assert isinstance(second, OrderRow)
    assert first.digest == second.digest


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("00001,1997-01-01,2", "import.columns"),
        ("00001,1997-01-01,2,11.77,", "import.columns"),
        (",1997-01-01,2,11.77", "text.blank"),
        ("a\tb,1997-01-01,2,11.77", "text.control"),
        (f"{'a' * 201},1997-01-01,2,11.77", "text.too_long"),
        ("00001,1997-02-29,2,11.77", "import.date"),
        ("00001,19970101,2,11.77", "import.date"),
        ("00001,01/02/1997,2,11.77", "import.date"),
        ("00001,0997-01-01,2,11.77", "import.date"),
        ("00001,1997-01-01,two,11.77", "import.items"),
        ("00001,1997-01-01,-1,11.77", "import.items"),
        ("00001,1997-01-01,1.5,11.77", "import.items"),
        ("00001,1997-01-01,2,-11.77", "import.amount"),
        ("00001,1997-01-01,2,NaN", "import.amount"),
        ("00001,1997-01-01,2,1e3", "import.amount"),
        ('00001,1997-01-01,2,"1,100.00"', "import.amount"),
        ("00001,1997-01-01,2,", "import.amount"),
        ('00001,1997-01-01,2,"11.77', "import.quotes"),
        (f"00001,1997-01-01,2,{'1' * 70_000}", "import.too_long"),
    ],
)
def test_what_is_no_order_is_told(line: str, reason: str) -> None:
    assert fault(line) == reason


def test_a_bad_row_harms_no_other() -> None:
    found = rows('1,1997-01-01,2,"1', "9" * 70_000, "3,1997-01-01,2,3")
    assert [type(one) for one in found] == [BadRow, BadRow, OrderRow]
    assert [one.line for one in found] == [2, 3, 4]


def test_empty_lines_are_no_rows() -> None:
    assert [one.line for one in rows("", "00001,1997-01-01,2,11.77", "  ", "")] == [3]


def test_a_mark_of_utf_8_and_line_ends_of_windows_are_fine() -> None:
    text = "\ufeffcustomer_id,date,items,amount_usd\r\n顾客,1997-01-01,2,11.77\r\n"
    [found] = read(io.BytesIO(text.encode()))
    assert isinstance(found, OrderRow)
    assert found.customer_id == "顾客"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"00001,1997-01-01,2,11.77\n",
        b"customer_id;date;items;amount_usd\n",
        b'"',
        b"x" * 70_000,
    ],
)
def test_another_header_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"import\.header"):
        list(read(io.BytesIO(content)))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused(encoding: str) -> None:
    text = "customer_id,date,items,amount_usd\n顾客,1997-01-01,2,11.77\n"
    with pytest.raises(Invalid, match=r"import\.encoding"):
        list(read(io.BytesIO(text.encode(encoding))))


@given(st.lists(st.text()))
def test_any_text_gives_rows_or_faults(lines: list[str]) -> None:
    content = HEADER + "\n".join(lines).encode("utf-8", "surrogatepass")
    try:
        found = list(read(io.BytesIO(content)))
    except Invalid as refused:
        assert refused.reason == "import.encoding"  # noqa: PT017 - the only one possible
    else:
        assert len(found) <= content.count(b"\n")
