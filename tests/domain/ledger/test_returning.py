"""What points paid for comes back with the order, in any number of parts."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain import ledger
from domain.ledger import Books, EntryKind, Hold
from tests.domain.ledger.test_spending import books_with, lots
from tests.support.plain_programme import NOON

SOON, LATER = NOON + timedelta(days=1), NOON + timedelta(days=9)
SHARES = st.lists(st.fractions(0, 1, max_denominator=97), max_size=6).map(sorted)


def paid(books: Books, points: int) -> Hold:
    held = ledger.hold(
        books, points, worth=Decimal("0.1"), currency="CNY", now=NOON, order_ref="A-1"
    )
    ledger.capture(books, held, now=NOON)
    return held


def refund(books: Books, *shares: Fraction, days: int = 0) -> None:
    for share in shares:
        ledger.return_paid(books, "A-1", share, now=NOON + timedelta(days=days))


def test_a_third_of_the_order_brings_a_third_of_the_points() -> None:
    books = books_with((10, SOON), (10, LATER))
    held = paid(books, 16)
    refund(books, Fraction(1, 3))
    assert (books.available, held.given_back) == (9, 5)
    assert books.entries[-1].kind is EntryKind.REFUND
    assert [step.amount for step in books.entries[-1].cause.steps] == [16, 5, 5]


def test_what_was_taken_last_comes_back_first() -> None:
    books = books_with((10, SOON), (10, LATER))
    paid(books, 16)
    refund(books, Fraction(1, 2))
    assert lots(books) == {SOON: 2, LATER: 10}


def test_what_lapsed_meanwhile_stays_lapsed() -> None:
    books = books_with((10, SOON), (10, LATER))
    paid(books, 16)
    refund(books, Fraction(1), days=2)
    assert (books.available, lots(books)) == (10, {LATER: 10})
    assert [one.kind for one in books.entries[-2:]] == [EntryKind.REFUND, EntryKind.EXPIRE]


def test_another_order_brings_nothing() -> None:
    books = books_with((10, LATER))
    paid(books, 10)
    ledger.return_paid(books, "A-2", Fraction(1), now=NOON)
    assert books.available == 0


def test_what_is_only_held_does_not_come_back() -> None:
    books = books_with((10, LATER))
    ledger.hold(books, 10, worth=Decimal(1), currency="CNY", now=NOON, order_ref="A-1")
    refund(books, Fraction(1))
    assert (books.available, books.held) == (0, 10)


@given(SHARES, st.integers(1, 30), st.integers(0, 10))
def test_parts_bring_what_one_refund_brings(shares: list[Fraction], points: int, days: int) -> None:
    books = books_with((10, SOON), (10, NOON + timedelta(days=5)), (10, LATER))
    held = paid(books, points)
    once = deepcopy(books)
    refund(books, *shares, *shares[-1:], days=days)
    refund(once, *shares[-1:], days=days)
    assert (books.available, lots(books)) == (once.available, lots(once))
    assert held.given_back == once.holds[held.entry_number].given_back <= points


@given(st.integers(1, 30))
def test_all_of_it_is_as_if_nothing_had_been_paid(points: int) -> None:
    books = books_with((10, SOON), (20, LATER))
    before = lots(books)
    paid(books, points)
    refund(books, Fraction(2, 5), Fraction(1))
    assert lots(books) == before
