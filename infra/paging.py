"""Pages of a list by keyset: stable while rows are inserted, and cheap at any depth.

    ENTRIES = keyset(datetime, UUID)                 # what the list is ordered by
    window = ENTRIES.window(first, after)            # checks what the client sent
    rows = … WHERE (at, id) < window.after … LIMIT window.limit
    page = window.page(rows, key=lambda row: (row.at, row.id))

A cursor is opaque to clients, carries the order's key of its row, and nothing else.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar, cast, overload
from uuid import UUID

import orjson

from domain.errors import Invalid
from domain.values import value

MOST: Final = 100
_VERSION: Final = 1
_LONGEST_CURSOR: Final = 2_000
_LARGEST: Final = 2**63 - 1  # of PostgreSQL's bigint
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

A = TypeVar("A", int, str, datetime, UUID)
B = TypeVar("B", int, str, datetime, UUID)
C = TypeVar("C", int, str, datetime, UUID)
D = TypeVar("D", int, str, datetime, UUID)
E = TypeVar("E", int, str, datetime, UUID)
K = TypeVar("K", bound=tuple[object, ...])
Row = TypeVar("Row")
Other = TypeVar("Other")


@value
class Page(Generic[Row]):
    """Some rows of a list in its order, each with its cursor."""

    items: Sequence[Row]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool

    def map(self, change: Callable[[Row], Other]) -> Page[Other]:
        """The same page of what `change` makes of each row."""
        return self.holding([change(item) for item in self.items])

    def holding(self, items: Sequence[Other]) -> Page[Other]:
        """The same page with other things at its places, one for each."""
        if len(items) != len(self.cursors):
            raise ValueError("a page holds one thing for each of its cursors")
        return Page(items, self.cursors, self.has_next, self.has_previous)

    def without_gaps(self, items: Sequence[Other | None]) -> Page[Other]:
        """The same page with what is still there of it; a None is left out with its cursor."""
        if len(items) != len(self.cursors):
            raise ValueError("a page has one place for each of its cursors")
        there = [(i, c) for i, c in zip(items, self.cursors, strict=True) if i is not None]
        return Page([i for i, _ in there], [c for _, c in there], self.has_next, self.has_previous)


@dataclass(frozen=True, slots=True)
class Window(Generic[K]):
    """What a client asked for: `first` rows behind the key `after` (None: from the start)."""

    first: int
    after: K | None

    @property
    def limit(self) -> int:
        """Rows to fetch: one more than are shown, which tells whether there is a next page."""
        return self.first + 1

    def page(self, rows: Sequence[Row], key: Callable[[Row], K]) -> Page[Row]:
        """The page out of up to `limit` rows; `key` gives what a row is ordered by."""
        shown = rows[: self.first]
        return Page(
            items=shown,
            cursors=_Cursors(shown, key),
            has_next=len(rows) > self.first,
            has_previous=self.after is not None,
        )


def check_first(first: int | None, *, default: int = 20) -> int:
    """How long a list or page is to be.

    Raises: Invalid for `first` outside 1–100.
    """
    wanted = default if first is None else first
    if not 1 <= wanted <= MOST:
        raise Invalid("page.first", field=("first",), limit=MOST)
    return wanted


class _Cursors(Sequence[str]):
    """Cursors of rows, each written when it is asked for: few clients want more than the last."""

    __slots__ = ("_key", "_rows")

    def __init__(self, rows: Sequence[Any], key: Callable[[Any], tuple[object, ...]]) -> None:
        self._rows = rows
        self._key = key

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return _Cursors(self._rows[place], self._key)
        return _encode(self._key(self._rows[place]))


class Keyset(Generic[K]):
    """The order of one list, as the types of its key. Make it with `keyset`."""

    def __init__(self, types: tuple[type, ...]) -> None:
        self._types = types

    def window(self, first: int | None, after: str | None, *, default: int = 20) -> Window[K]:
        """Checks a connection's arguments.

        Raises: Invalid for `first` outside 1–100 and for a cursor that Laurels never gave out.
        """
        wanted = check_first(first, default=default)
        return Window(wanted, None if after is None else self._decode(after))

    def _decode(self, cursor: str) -> K:
        try:
            pairs = zip(self._types, _unpack(cursor), strict=True)
            return cast("K", tuple(_READ[type_](value) for type_, value in pairs))
        except (ValueError, TypeError, OverflowError, binascii.Error):
            raise Invalid("page.cursor", field=("after",)) from None


@overload
def keyset(a: type[A], /) -> Keyset[tuple[A]]: ...
@overload
def keyset(a: type[A], b: type[B], /) -> Keyset[tuple[A, B]]: ...
@overload
def keyset(a: type[A], b: type[B], c: type[C], /) -> Keyset[tuple[A, B, C]]: ...
@overload
def keyset(
    a: type[A], b: type[B], c: type[C], d: type[D], e: type[E], /
) -> Keyset[tuple[A, B, C, D, E]]: ...
def keyset(*types: type) -> Keyset[Any]:
    """The order of a list by columns of these types, the last of which tells rows apart."""
    return Keyset(types)


def _encode(key: tuple[object, ...]) -> str:
    packed = orjson.dumps([_VERSION, *(_write(value) for value in key)])
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def _write(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)  # the driver's own UUID class is foreign to orjson
    # orjson would write a time to the text that clients know; whole microseconds are shorter.
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


def _unpack(cursor: str) -> list[object]:
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError(len(cursor))
    raw = cursor.encode("ascii")
    values: list[object] = orjson.loads(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    version, *key = values
    if version != _VERSION:
        raise ValueError(version)
    return key


def _read_int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        raise TypeError(value)
    return value


def _read_str(value: object) -> str:
    # PostgreSQL's text holds no NUL.
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    return value


def _read_datetime(value: object) -> datetime:
    return _EPOCH + timedelta(microseconds=_read_int(value))


def _read_uuid(value: object) -> UUID:
    return UUID(_read_str(value))


_READ: Final[dict[type, Callable[[object], object]]] = {
    int: _read_int,
    str: _read_str,
    datetime: _read_datetime,
    UUID: _read_uuid,
}
