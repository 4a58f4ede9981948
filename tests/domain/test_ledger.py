"""Each way of moving points, as an example."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import ledger
from domain.calendar import NEVER
from domain.errors import Invalid, NotEnoughPoints
from domain.ledger import MOST_POINTS, Award, Books, Cause, DebtPolicy, Entry, EntryKind
from tests.support.plain_programme import MEMBER, NOON

LIMIT, DEBT = DebtPolicy.LIMIT_TO_AVAILABLE, DebtPolicy.ALLOW_DEBT
SOON, LATER = NOON + timedelta(days=1), NOON + timedelta(days=9)
ORDER = Cause(activity_id=UUID(int=7), rule_id=UUID(int=8), order_ref="A-1")


def empty() -> Books:
    return Books(MEMBER)


def earn(books: Books, points: int, expires_at: datetime = NEVER, **more: Any) -> Award:  # noqa: ANN401
    terms = {"now": NOON, "confirms_at": None, "cause": ORDER} | more
    entry = ledger.earn(books, points, expires_at=expires_at, **terms)
    return books.awards[entry.number]


def take_back(books: Books, award: Award, points: int, policy: DebtPolicy = LIMIT) -> Entry | None:
    return ledger.take_back(books, award, points, policy=policy, now=NOON, cause=ORDER)


def adjust(books: Books, amount: int) -> Entry:
    return ledger.adjust(books, amount, now=NOON, cause=Cause(reason="sorry"))


def lots(books: Books) -> dict[datetime, int]:
    return {expires_at: left for expires_at, left in books.lots.items() if left}


def test_earned_points_can_be_spent_at_once() -> None:
    books = empty()
    earn(books, 50, SOON)
    assert (
        books.available, books.pending, books.lifetime_earned, lots(books)
    ) == (50, 0, 50, {SOON: 50})  # fmt: skip


def test_equal_dates_share_a_lot() -> None:
    books = empty()
    earn(books, 50, SOON)
    earn(books, 20, SOON)
    assert lots(books) == {SOON: 70}


def test_pending_points_wait_and_count_for_nothing() -> None:
    books = empty()
    earn(books, 50, confirms_at=SOON)
    assert (books.available, books.pending, books.lifetime_earned, lots(books)) == (0, 50, 0, {})


def test_pending_points_confirm_at_their_moment_and_not_before() -> None:
    books = empty()
    earn(books, 50, LATER, confirms_at=SOON)
    ledger.settle(books, SOON - timedelta(microseconds=1))
    assert books.available == 0
    ledger.settle(books, SOON)
    assert (
        books.available, books.pending, books.lifetime_earned, lots(books)
    ) == (50, 0, 50, {LATER: 50})  # fmt: skip


def test_a_confirmation_is_dated_when_it_came_due() -> None:
    books = empty()
    earn(books, 50, confirms_at=SOON)
    ledger.settle(books, LATER)
    assert (books.entries[-1].kind, books.entries[-1].created_at) == (EntryKind.CONFIRM, SOON)


def test_points_expire_at_their_moment_however_late_one_looks() -> None:
    books = empty()
    earn(books, 50, SOON)
    earn(books, 20, LATER)
    ledger.settle(books, SOON)
    assert (books.available, books.next_due) == (20, LATER)
    assert (
        books.entries[-1].kind, books.entries[-1].amount, books.entries[-1].created_at
    ) == (EntryKind.EXPIRE, -50, SOON)  # fmt: skip


def test_points_that_confirm_and_expire_meanwhile_do_both_in_order() -> None:
    books = empty()
    earn(books, 50, LATER, confirms_at=SOON)
    ledger.settle(books, LATER)
    kinds = [entry.kind for entry in books.entries]
    assert kinds == [EntryKind.EARN, EntryKind.CONFIRM, EntryKind.EXPIRE]


def test_settling_twice_books_nothing_twice() -> None:
    books = empty()
    earn(books, 50, SOON)
    ledger.settle(books, LATER)
    ledger.settle(books, LATER)
    assert (len(books.entries), books.available) == (2, 0)


def test_what_was_left_unread_keeps_its_date() -> None:
    books = Books(MEMBER, available=10, next_due=LATER, unread_due=LATER)
    earn(books, 50, SOON)
    ledger.settle(books, SOON)
    assert (books.available, books.next_due) == (10, LATER)


def test_a_debit_of_books_that_were_not_read_is_a_fault() -> None:
    books = Books(MEMBER, available=10, unread_due=LATER)
    with pytest.raises(AssertionError):
        adjust(books, -5)


def test_a_refund_takes_from_the_lot_of_its_award_first() -> None:
    books = empty()
    earn(books, 50, SOON)
    award = earn(books, 30, LATER)
    take_back(books, award, 20)
    assert lots(books) == {SOON: 50, LATER: 10}


def test_a_refund_goes_on_with_the_earliest_lots() -> None:
    books = empty()
    award = earn(books, 30, LATER)
    earn(books, 50, SOON)
    earn(books, 50)
    adjust(books, -70)
    take_back(books, award, 30)
    assert lots(books) == {NEVER: 30}


def test_a_refund_takes_no_more_than_the_award_has_left() -> None:
    books = empty()
    award = earn(books, 30)
    earn(books, 100)
    take_back(books, award, 20)
    entry = take_back(books, award, 500)
    assert entry is not None
    assert (entry.amount, award.taken_back, books.available) == (-10, 30, 100)
    assert take_back(books, award, 1) is None


def test_a_refund_of_spent_points_stops_at_nothing_and_logs_what_it_took() -> None:
    books = empty()
    award = earn(books, 30)
    adjust(books, -25)
    entry = take_back(books, award, 30, LIMIT)
    assert entry is not None
    assert (
        entry.amount, award.taken_back, books.available, books.lifetime_earned
    ) == (-5, 5, 0, 25)  # fmt: skip


def test_a_refund_that_finds_nothing_writes_nothing() -> None:
    books = empty()
    award = earn(books, 30)
    adjust(books, -30)
    assert take_back(books, award, 30, LIMIT) is None
    assert len(books.entries) == 2


def test_a_refund_of_spent_points_may_go_into_debt() -> None:
    books = empty()
    award = earn(books, 30)
    adjust(books, -25)
    take_back(books, award, 30, DEBT)
    assert (books.available, lots(books), award.taken_back) == (-25, {}, 30)


def test_what_comes_in_fills_the_debt_first() -> None:
    books = Books(MEMBER, available=-25)
    earn(books, 20, SOON)
    assert (books.available, lots(books)) == (-5, {})
    earn(books, 20, SOON)
    assert (books.available, lots(books)) == (15, {SOON: 15})


def test_pending_points_fill_the_debt_when_they_confirm() -> None:
    books = Books(MEMBER, available=-25)
    earn(books, 40, LATER, confirms_at=SOON)
    assert books.available == -25
    ledger.settle(books, SOON)
    assert (books.available, lots(books)) == (15, {LATER: 15})


def test_a_refund_of_pending_points_never_touches_what_can_be_spent() -> None:
    books = empty()
    earn(books, 100)
    award = earn(books, 30, confirms_at=SOON)
    entry = take_back(books, award, 20, DEBT)
    assert entry is not None
    assert (entry.is_pending, entry.amount) == (True, -20)
    assert (books.available, books.pending, books.lifetime_earned) == (100, 10, 100)


def test_what_a_refund_left_of_a_pending_award_confirms() -> None:
    books = empty()
    award = earn(books, 30, confirms_at=SOON)
    take_back(books, award, 20)
    ledger.settle(books, SOON)
    assert (books.available, books.pending, books.lifetime_earned) == (10, 0, 10)


def test_a_pending_award_taken_back_whole_confirms_without_an_entry() -> None:
    books = empty()
    award = earn(books, 30, confirms_at=SOON)
    take_back(books, award, 30)
    ledger.settle(books, SOON)
    assert (len(books.entries), award.confirmed, books.next_due) == (2, True, NEVER)


def test_a_confirmed_award_is_taken_back_like_any_other() -> None:
    books = empty()
    award = earn(books, 30, LATER, confirms_at=SOON)
    ledger.settle(books, SOON)
    take_back(books, award, 12)
    assert (books.available, books.lifetime_earned, lots(books)) == (18, 18, {LATER: 18})


def test_awards_that_confirm_together_do_so_in_the_order_of_earning() -> None:
    books = Books(MEMBER, available=-10)
    later, first = earn(books, 10, confirms_at=SOON), earn(books, 10, LATER, confirms_at=SOON)
    books.awards = {first.entry_number: first, later.entry_number: later}
    ledger.settle(books, SOON)
    assert lots(books) == {LATER: 10}


def test_given_points_never_expire_and_earn_nothing_for_life() -> None:
    books = empty()
    adjust(books, 40)
    assert (books.available, lots(books), books.lifetime_earned) == (40, {NEVER: 40}, 0)


def test_taken_points_leave_the_earliest_lots_first() -> None:
    books = empty()
    earn(books, 10)
    earn(books, 10, LATER)
    earn(books, 10, SOON)
    adjust(books, -15)
    assert lots(books) == {LATER: 5, NEVER: 10}


def test_a_correction_takes_no_more_than_there_is() -> None:
    books = empty()
    earn(books, 10)
    with pytest.raises(NotEnoughPoints) as caught:
        adjust(books, -11)
    assert caught.value.params == {"available": 10, "missing": 1}
    assert (books.available, len(books.entries)) == (10, 1)


def test_a_correction_gives_no_more_than_books_can_hold() -> None:
    books = empty()
    adjust(books, MOST_POINTS)
    with pytest.raises(Invalid):
        adjust(books, 1)


def test_entries_are_numbered_and_tell_the_balance_after_them() -> None:
    books = empty()
    earn(books, 10)
    adjust(books, 5)
    adjust(books, -8)
    told = [(entry.number, entry.available_after) for entry in books.entries]
    assert told == [(1, 10), (2, 15), (3, 7)]


def test_entries_tell_which_lots_they_moved() -> None:
    books = empty()
    earn(books, 10, SOON)
    earn(books, 10, LATER)
    assert adjust(books, -12).lots == ((SOON, -10), (LATER, -2))


def test_only_orders_and_pending_awards_are_kept_on_record() -> None:
    books = empty()
    ledger.earn(books, 5, now=NOON, expires_at=NEVER, confirms_at=None, cause=Cause())
    assert books.awards == {}
