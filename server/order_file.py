"""A CSV file of orders, read line by line: what each row says, or what is wrong with it.

Source: behaviour.md, "Import". Nothing here knows members or the database, and nothing keeps more
than a line in memory.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Final
from zoneinfo import ZoneInfo

from domain.activity import Report
from domain.errors import Invalid, Refused
from domain.members import check_customer_ref
from domain.orders import PAID

COLUMNS: Final = ("customer_id", "date", "items", "amount_usd")
SOURCE: Final = "import"
CURRENCY: Final = "USD"

_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_LINE: Final = 64 * 1024  # bytes; no row of four columns comes near
_NOON: Final = time(12)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ITEMS: Final = re.compile(r"[0-9]{1,9}")
_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_CENTS: Final = Decimal("0.01")
_EARLIEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order. `amount` is money in US dollars; `line` counts from 1, the header's."""

    line: int
    customer_id: str
    day: date
    items: int
    amount: Decimal

    @property
    def total(self) -> str:
        """The amount with at least two decimals: 11.7 and 11.70 say the same."""
        cents = self.amount.quantize(_CENTS)
        return str(cents if cents == self.amount else self.amount.normalize())

    @property
    def digest(self) -> bytes:
        """12 bytes that are equal for equal rows, on whatever line they stand."""
        content = f"{self.customer_id}\n{self.day}\n{self.items}\n{self.total}"
        return hashlib.blake2b(content.encode(), digest_size=12).digest()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that is no order, and why."""

    line: int
    refused: Refused


def read(file: IO[bytes]) -> Iterator[OrderRow | BadRow]:
    """Every row of a file opened at its beginning; empty lines are no rows.

    Raises: Invalid for a file that is not UTF-8, or has another header.
    """
    lines = _lines(file)
    _check_header(next(lines, (1, ""))[1])
    for line, text in lines:
        if text is None:
            yield BadRow(line, Invalid("import.too_long"))
        elif text.strip():
            yield _row(line, text)


def report_of(row: OrderRow, ordinal: int, where: ZoneInfo) -> Report:
    """The row as an activity; `ordinal` is how many equal rows came before it in the file."""
    name = f"{row.day}-{row.digest.hex()}-{ordinal + 1}"
    return Report(
        type=PAID,
        source=SOURCE,
        external_id=name,
        customer_ref=row.customer_id,
        occurred_at=datetime.combine(row.day, _NOON, where).astimezone(UTC),
        attributes={
            "orderRef": name,
            "total": row.total,
            "currency": CURRENCY,
            "itemCount": row.items,
        },
    )


def _lines(file: IO[bytes]) -> Iterator[tuple[int, str | None]]:
    """Decoded lines with their numbers; None in place of one that is too long."""
    number = 0
    while raw := file.readline(_LONGEST_LINE):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_rest(file)
            yield number, None
            continue
        try:
            yield number, raw.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise Invalid("import.encoding", line=number) from None


def _skip_rest(file: IO[bytes]) -> None:
    while (more := file.readline(_LONGEST_LINE)) and not more.endswith(b"\n"):
        pass


def _check_header(text: str | None) -> None:
    try:
        found = [] if text is None else _fields(text)
    except csv.Error:
        found = []
    if tuple(name.strip() for name in found) != COLUMNS:
        raise Invalid("import.header", expected=",".join(COLUMNS), found=(text or "")[:80])


def _fields(text: str) -> list[str]:
    """One line is one row: no column here holds a line break, and a stray quote harms no other."""
    for fields in csv.reader([text], strict=True):
        return fields
    return []


def _row(line: int, text: str) -> OrderRow | BadRow:
    try:
        return _parsed(line, _fields(text))
    except csv.Error:
        return BadRow(line, Invalid("import.quotes"))
    except Refused as refused:
        return BadRow(line, refused)


def _parsed(line: int, fields: Iterable[str]) -> OrderRow:
    """Raises: Invalid."""
    found = list(fields)
    if len(found) != len(COLUMNS):
        raise Invalid("import.columns", expected=len(COLUMNS), found=len(found))
    customer_id, day, items, amount = found
    check_customer_ref(customer_id)
    if not _ITEMS.fullmatch(items.strip()):
        raise Invalid("import.items", found=items[:40])
    if not _AMOUNT.fullmatch(amount.strip()):
        raise Invalid("import.amount", found=amount[:40])
    return OrderRow(line, customer_id, _day(day.strip()), int(items), Decimal(amount.strip()))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day < _EARLIEST:
        raise Invalid("import.date", found=text[:40])
    return day
