"""Pages by keyset."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from infra.paging import keyset

NUMBERS = keyset(int)
EVENTS = keyset(datetime, str, UUID)
BIG = 2**63 - 1


def cursor_of(*values: object) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def test_the_pages_of_a_list_hold_each_row_once_and_in_order() -> None:
    rows, after, seen = list(range(1, 24)), None, list[int]()
    while True:
        window = NUMBERS.window(5, after)
        behind = window.after[0] if window.after else 0
        page = window.page([row for row in rows if row > behind][: window.limit], lambda r: (r,))
        seen += page.items
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert seen == rows


def test_a_page_that_ends_with_the_list_has_no_next() -> None:
    page = NUMBERS.window(3, None).page([1, 2, 3], lambda row: (row,))
    assert (page.has_next, page.has_previous, len(page.cursors)) == (False, False, 3)


def test_an_empty_page_is_a_page() -> None:
    page = NUMBERS.window(3, cursor_of(1, 9)).page([], lambda row: (row,))
    assert (list(page.items), page.has_next, page.has_previous) == ([], False, True)


def test_a_mapped_page_keeps_its_cursors() -> None:
    page = NUMBERS.window(3, None).page([1, 2], lambda row: (row,))
    assert (page.map(str).items, page.map(str).cursors) == (["1", "2"], page.cursors)


def test_a_page_holds_as_many_things_as_it_has_cursors() -> None:
    page = NUMBERS.window(3, None).page([1, 2], lambda row: (row,))
    with pytest.raises(ValueError, match="one thing"):
        page.holding(["one"])


@given(
    at=st.datetimes(timezones=st.just(UTC)),
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100),
    key=st.uuids(),
)
def test_a_cursor_brings_back_the_key_of_its_row(at: datetime, name: str, key: UUID) -> None:
    page = EVENTS.window(1, None).page([(at, name, key)], lambda row: row)
    assert EVENTS.window(1, page.cursors[0]).after == (at, name, key)


def test_times_of_any_zone_come_back_as_the_same_moment() -> None:
    shanghai = datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    times = keyset(datetime)
    page = times.window(1, None).page([shanghai], lambda row: (row,))
    after = times.window(1, page.cursors[0]).after
    assert after == (shanghai,)
    assert after[0].tzinfo is UTC


def test_without_first_there_are_twenty_or_what_the_list_says() -> None:
    assert (NUMBERS.window(None, None).first, NUMBERS.window(None, None, default=5).first) == (
        20,
        5,
    )


@pytest.mark.parametrize("first", [0, -1, 101, 2**31])
def test_first_is_between_1_and_100(first: int) -> None:
    with pytest.raises(Invalid) as refused:
        NUMBERS.window(first, None)
    assert (refused.value.reason, refused.value.field) == ("page.first", ("first",))


GARBAGE = {
    "empty": "",
    "not base64": "!!!!",
    "not ASCII": "游标",
    "one letter": "A",
    "binary": urlsafe_b64encode(b"\xff\xfe\x00").decode(),
    "not a list": urlsafe_b64encode(b'{"a":1}').decode(),
    "a number": urlsafe_b64encode(b"1").decode(),
    "an empty list": cursor_of(),
    "another version": cursor_of(2, 5),
    "too few": cursor_of(1),
    "too many": cursor_of(1, 5, 5),
    "another type": cursor_of(1, "5"),
    "a boolean": cursor_of(1, True),  # noqa: FBT003
    "a float": cursor_of(1, 5.0),
    "null": cursor_of(1, None),
    "beyond bigint": cursor_of(1, BIG + 1),
    "nested": cursor_of(1, [[[]]]),
    "long": "A" * 5_000,
}


@pytest.mark.parametrize("cursor", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_cursor_that_was_never_given_out_is_invalid(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        NUMBERS.window(1, cursor)
    assert (refused.value.reason, refused.value.field) == ("page.cursor", ("after",))


@pytest.mark.parametrize(
    "values", [(10**18, "a", str(UUID(int=1))), (0, "a\0b", str(UUID(int=1))), (0, "a", "no uuid")]
)
def test_values_out_of_range_are_invalid(values: tuple[object, ...]) -> None:
    with pytest.raises(Invalid):
        EVENTS.window(1, cursor_of(1, *values))


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_cursors(text: str) -> None:
    try:
        EVENTS.window(1, text)
    except Invalid:
        return
    assert text  # only a real cursor gets here
