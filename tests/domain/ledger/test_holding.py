"""Points set aside for a checkout: captured, released, or released by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain import ledger
from domain.calendar import NEVER
from domain.errors import Conflict, Expired, Invalid, NotEnoughPoints
from domain.ledger import Books, EntryKind, Hold, HoldState
from tests.domain.ledger.test_spending import books_with, into_debt, lots
from tests.support.plain_programme import NOON

MINUTE = timedelta(minutes=1)
END = NOON + 30 * MINUTE
SOON, LATER = NOON + timedelta(days=1), NOON + timedelta(days=9)


def hold(books: Books, points: int, now: datetime = NOON) -> Hold:
    ledger.settle(books, now)
    return ledger.hold(
        books, points, worth=Decimal("0.1"), currency="CNY", now=now, order_ref="A-1"
    )


def capture(books: Books, held: Hold, now: datetime = NOON) -> None:
    ledger.settle(books, now)
    ledger.capture(books, held, now=now)


def release(books: Books, held: Hold, now: datetime = NOON) -> None:
    ledger.settle(books, now)
    ledger.release(books, held, now=now)


def kinds(books: Books, last: int) -> list[tuple[EntryKind, int]]:
    return [(one.kind, one.amount) for one in books.entries[-last:]]


def test_held_points_cannot_be_spent_and_are_not_gone() -> None:
    books = books_with((10, SOON), (10, LATER))
    held = hold(books, 12)
    assert (books.available, books.held, lots(books)) == (8, 12, {LATER: 8})
    assert (held.points, held.expires_at, held.state) == (12, END, HoldState.OPEN)
    assert kinds(books, 1) == [(EntryKind.HOLD, -12)]


def test_more_than_is_available_cannot_be_held() -> None:
    books = books_with((10, SOON))
    hold(books, 6)
    with pytest.raises(NotEnoughPoints) as caught:
        hold(books, 6)
    assert (caught.value.field, caught.value.params["missing"]) == (("amount",), 2)


def test_nothing_cannot_be_held() -> None:
    with pytest.raises(Invalid):
        hold(books_with((10, SOON)), 0)


def test_a_capture_releases_and_redeems() -> None:
    books = books_with((10, SOON), (10, LATER))
    held = hold(books, 12)
    capture(books, held)
    assert kinds(books, 2) == [(EntryKind.RELEASE, 12), (EntryKind.REDEEM, -12)]
    assert (books.available, books.held, lots(books)) == (8, 0, {LATER: 8})
    assert held.state is HoldState.CAPTURED


def test_a_release_restores_lots_and_dates() -> None:
    books = books_with((10, SOON), (10, LATER))
    before = lots(books)
    held = hold(books, 12)
    release(books, held)
    assert kinds(books, 1) == [(EntryKind.RELEASE, 12)]
    assert (books.available, books.held, lots(books)) == (20, 0, before)
    assert books.entries[-1].reverses == held.entry_number


@pytest.mark.parametrize("end", [capture, release])
def test_doing_it_again_changes_nothing(end: object) -> None:
    assert callable(end)
    books = books_with((10, SOON))
    held = hold(books, 6)
    end(books, held)
    before = len(books.entries)
    end(books, held)
    assert len(books.entries) == before


def test_what_was_released_cannot_be_captured() -> None:
    books = books_with((10, SOON))
    held = hold(books, 6)
    release(books, held)
    with pytest.raises(Conflict):
        capture(books, held)


def test_what_was_captured_cannot_be_released() -> None:
    books = books_with((10, SOON))
    held = hold(books, 6)
    capture(books, held)
    with pytest.raises(Conflict):
        release(books, held)


def test_a_hold_ends_by_itself_at_its_moment_and_not_before() -> None:
    books = books_with((10, SOON))
    held = hold(books, 6)
    ledger.settle(books, END - timedelta(microseconds=1))
    assert (books.available, held.state) == (4, HoldState.OPEN)
    ledger.settle(books, LATER)
    ended = books.entries[-2]
    assert (ended.kind, ended.created_at, held.state) == (
        EntryKind.RELEASE, END, HoldState.EXPIRED
    )  # fmt: skip


def test_what_ended_by_itself_cannot_be_captured() -> None:
    books = books_with((10, SOON))
    held = hold(books, 6)
    with pytest.raises(Expired):
        capture(books, held, now=END)


def test_releasing_what_ended_by_itself_changes_nothing() -> None:
    books = books_with((10, SOON))
    held = hold(books, 6)
    release(books, held, now=END)
    assert (kinds(books, 1), held.state) == ([(EntryKind.RELEASE, 6)], HoldState.EXPIRED)


def test_points_do_not_expire_while_they_are_held() -> None:
    midnight = NOON + 10 * MINUTE
    books = books_with((10, midnight))
    held = hold(books, 6)
    capture(books, held, now=NOON + 20 * MINUTE)
    assert kinds(books, 3) == [
        (EntryKind.EXPIRE, -4), (EntryKind.RELEASE, 6), (EntryKind.REDEEM, -6)
    ]  # fmt: skip
    assert (books.available, books.held, lots(books)) == (0, 0, {})


@pytest.mark.parametrize("at", [NOON + 20 * MINUTE, END])
def test_released_points_whose_date_has_passed_expire_at_once(at: datetime) -> None:
    books = books_with((10, NOON + 10 * MINUTE), (10, LATER))
    held = hold(books, 12)
    release(books, held, now=at)
    assert kinds(books, 2) == [(EntryKind.RELEASE, 12), (EntryKind.EXPIRE, -10)]
    assert (books.available, lots(books)) == (10, {LATER: 10})


def test_debt_does_not_touch_what_is_held() -> None:
    books = books_with((10, SOON))
    held = hold(books, 10)
    into_debt(books, 7)
    capture(books, held)
    assert (books.available, books.held, lots(books)) == (-7, 0, {})


def test_released_points_fill_the_debt() -> None:
    books = books_with((10, SOON))
    held = hold(books, 10)
    into_debt(books, 7)
    release(books, held)
    assert (books.available, lots(books)) == (3, {SOON: 3})


def test_open_holds_come_due() -> None:
    books = books_with((10, NEVER))
    hold(books, 4)
    hold(books, 4, now=NOON + MINUTE)
    assert books.next_due == END
    ledger.settle(books, END)
    assert (books.next_due, books.held) == (END + MINUTE, 4)
