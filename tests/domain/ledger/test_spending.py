"""Points go out for something, and come back exactly as they went."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain import ledger
from domain.calendar import NEVER
from domain.errors import Invalid, LimitReached, NotEnoughPoints
from domain.ledger import MOST_POINTS, Books, Cause, DebtPolicy, Entry, EntryKind, Taken
from tests.support.plain_programme import MEMBER, NOON

SOON, LATER = NOON + timedelta(days=1), NOON + timedelta(days=9)
REWARD = Cause(reason="Tote bag")


def books_with(*lots: tuple[int, datetime]) -> Books:
    books = Books(MEMBER)
    for points, expires_at in lots:
        ledger.earn(books, points, now=NOON, expires_at=expires_at, confirms_at=None, cause=Cause())
    return books


def redeem(books: Books, points: int) -> Entry:
    return ledger.redeem(books, points, now=NOON, cause=REWARD)


def give_back(books: Books, entry: Entry, now: datetime = NOON) -> Entry:
    return ledger.give_back(books, Taken.by(entry), now=now, cause=REWARD)


def lots(books: Books) -> dict[datetime, int]:
    return {expires_at: left for expires_at, left in books.lots.items() if left}


def into_debt(books: Books, points: int) -> None:
    """A refund of an award of long ago whose points are spent."""
    cause = Cause(order_ref="A-1")
    earned = ledger.earn(books, points, now=NOON, expires_at=NEVER, confirms_at=None, cause=cause)
    redeem(books, points)
    award = books.awards[earned.number]
    ledger.take_back(books, award, points, policy=DebtPolicy.ALLOW_DEBT, now=NOON, cause=cause)


def test_a_redemption_takes_the_earliest_lots_first_and_says_which() -> None:
    books = books_with((10, NEVER), (10, LATER), (10, SOON))
    entry = redeem(books, 15)
    assert (entry.kind, entry.amount, entry.available_after) == (EntryKind.REDEEM, -15, 15)
    assert entry.lots == ((SOON, -10), (LATER, -5))
    assert lots(books) == {LATER: 5, NEVER: 10}


def test_a_redemption_beyond_the_balance_says_what_is_missing_and_moves_nothing() -> None:
    books = books_with((10, SOON))
    with pytest.raises(NotEnoughPoints) as caught:
        redeem(books, 13)
    assert caught.value.params == {"available": 10, "missing": 3}
    assert (books.available, len(books.entries), lots(books)) == (10, 1, {SOON: 10})


@pytest.mark.parametrize("points", [0, -5])
def test_nothing_or_less_cannot_be_redeemed(points: int) -> None:
    with pytest.raises(Invalid):
        redeem(books_with((10, SOON)), points)


def test_whoever_is_in_debt_lacks_the_debt_too() -> None:
    books = books_with()
    into_debt(books, 7)
    with pytest.raises(NotEnoughPoints) as caught:
        redeem(books, 3)
    assert caught.value.params == {"available": 0, "missing": 3}


def test_what_is_given_back_goes_into_the_lots_it_came_from() -> None:
    books = books_with((10, LATER), (10, SOON))
    before = lots(books)
    spent = redeem(books, 15)
    entry = give_back(books, spent)
    assert (entry.kind, entry.amount, entry.reverses) == (EntryKind.REFUND, 15, spent.number)
    assert (books.available, lots(books)) == (20, before)


def test_cancelling_does_not_launder_dates() -> None:
    books = books_with((10, SOON))
    give_back(books, redeem(books, 10))
    ledger.settle(books, SOON)
    assert books.available == 0


def test_what_lapsed_meanwhile_comes_back_and_expires_at_once_in_writing() -> None:
    books = books_with((10, SOON), (10, LATER))
    spent = redeem(books, 15)
    give_back(books, spent, now=SOON)
    told = [(one.kind, one.amount, one.created_at) for one in books.entries[-2:]]
    assert told == [(EntryKind.REFUND, 15, SOON), (EntryKind.EXPIRE, -10, SOON)]
    assert (books.available, lots(books)) == (10, {LATER: 10})


def test_what_comes_back_fills_the_debt_with_its_earliest_points() -> None:
    books = books_with((10, SOON), (10, LATER))
    spent = redeem(books, 20)
    into_debt(books, 12)
    give_back(books, spent)
    assert (books.available, lots(books)) == (8, {LATER: 8})


def test_lapsed_points_fill_no_debt() -> None:
    books = books_with((10, SOON), (10, LATER))
    spent = redeem(books, 20)
    into_debt(books, 12)
    give_back(books, spent, now=SOON)
    assert (books.available, lots(books)) == (-2, {})


def test_points_that_came_back_are_due_again() -> None:
    books = books_with((10, SOON))
    spent = redeem(books, 10)
    ledger.settle(books, NOON)
    books.next_due = NEVER  # as a later unit of work finds it, where no lot is left
    give_back(books, spent)
    assert books.next_due == SOON


def test_books_take_back_no_more_than_they_can_hold() -> None:
    books = books_with()
    ledger.adjust(books, MOST_POINTS, now=NOON, cause=Cause())
    first, second = redeem(books, 5), redeem(books, 5)
    ledger.adjust(books, 1, now=NOON, cause=Cause())
    assert give_back(books, first).amount == 5
    with pytest.raises(LimitReached):
        give_back(books, second)


def test_what_was_earned_in_a_life_limits_no_give_back() -> None:
    books = books_with((MOST_POINTS, NEVER))
    assert give_back(books, redeem(books, 5)).available_after == MOST_POINTS
