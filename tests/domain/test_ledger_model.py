"""The ledger against a second one that is too simple to be wrong, through the engine.

Hypothesis tells both the same story: orders paid under four kinds of terms, now and late; parts
of them refunded; corrections; redemptions, some cancelled; holds, captured, released or left to
themselves; time passing. After every step they must agree. `STORIES=5000` tells more of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from domain import ledger
from domain.calendar import NEVER
from domain.earning import EarnRule
from domain.errors import Conflict, Expired, NotEnoughPoints
from domain.ledger import Books, Cause, DebtPolicy, Hold, HoldState, Taken
from tests.support import plain_programme as plain
from tests.support.plain_programme import Play
from tests.support.reference_ledger import (
    Cancellation,
    Correction,
    Gift,
    Grant,
    LettingGo,
    Purchase,
    ReferenceLedger,
    Reservation,
    Return,
    Spending,
)

# kind of terms: points per unit of money, days pending, days to expiry
TERMS = {"lasting": (1, 0, None), "short": (3, 0, 10), "waiting": (2, 7, 20), "odd": (5, 5, 3)}
CENTS = st.integers(1, 5000)
POINTS = st.integers(1, 120)
HALF_AN_HOUR = timedelta(minutes=30)
MOMENTS = [timedelta(hours=hours) for hours in (1, 12, 24, 24 * 3, 24 * 6, 24 * 15)]


def earns(kind: str) -> EarnRule:
    factor, pending, expires = TERMS[kind]
    return plain.rule(
        kind,
        lambda shown: plain.total(shown) * factor,
        condition=lambda shown: kind in shown.attributes["terms"],
        pending_days=pending,
        expires_after_days=expires,
    )


def in_days(moment: datetime, days: int | None) -> datetime | None:
    """The midnight in Shanghai, all year at UTC+8, that ends the day so many days later."""
    if not days:
        return None
    local = moment + timedelta(hours=8)
    return local.replace(hour=0, minute=0) + timedelta(days=days + 1) - timedelta(hours=8)


class LedgerStory(RuleBasedStateMachine):
    policy = DebtPolicy.LIMIT_TO_AVAILABLE
    orders = Bundle("orders")
    redemptions: Bundle[Taken] = Bundle("redemptions")
    holds: Bundle[Hold] = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        rules = [earns(kind) for kind in TERMS]
        self.play = Play(plain.programme(*rules, debt_policy=self.policy))
        self.reference = ReferenceLedger(NEVER)
        self.told = 0

    def tell(self, kind: str, ref: str, **attributes: object) -> None:
        self.told += 1
        at = attributes.pop("at", self.play.now)
        said = plain.activity(kind, f"{kind}-{self.told}", at, orderRef=ref, **attributes)
        self.play.tell(said)

    @rule(
        target=orders,
        cents=CENTS,
        terms=st.sets(st.sampled_from(sorted(TERMS)), min_size=1),
        late=st.sampled_from([0, 0, 0, 2, 8, 40]),
    )
    def pay(self, cents: int, terms: set[str], late: int) -> tuple[str, int]:
        ref, at, now = f"order-{self.told}", self.play.now - timedelta(days=late), self.play.now
        total = f"{cents // 100}.{cents % 100:02}"
        self.tell("order.paid", ref, at=at, total=total, terms=sorted(terms))
        grants = [
            Grant(ref, points, in_days(at, pending), in_days(at, expires) or NEVER)
            for kind, (factor, pending, expires) in TERMS.items()
            if kind in terms and (points := floor(Fraction(cents, 100) * factor))
        ]
        self.reference.story.append(Gift(grants, now))
        return ref, cents

    @rule(order=orders, cents=CENTS)
    def refund(self, order: tuple[str, int], cents: int) -> None:
        ref, paid = order
        known = self.play.state.orders[ref]
        cents = min(cents, paid - int(known.refunded * 100))
        if cents <= 0:
            return
        self.tell("order.refunded", ref, amount=str(Decimal(cents) / 100))
        self.returned(ref, Fraction(known.refunded) / Fraction(paid, 100))

    @rule(order=consumes(orders))
    def cancel(self, order: tuple[str, int]) -> None:
        ref, _ = order
        if not self.play.state.orders[ref].closed:
            self.tell("order.cancelled", ref)
            self.returned(ref, Fraction(1))

    def returned(self, ref: str, share: Fraction) -> None:
        into_debt = self.policy is DebtPolicy.ALLOW_DEBT
        self.reference.story.append(Return(ref, share, self.play.now, into_debt))

    @rule(amount=st.integers(-150, 150).filter(bool))
    def correct(self, amount: int) -> None:
        ledger.settle(self.play.books, self.play.now)
        try:
            ledger.adjust(self.play.books, amount, now=self.play.now, cause=Cause())
        except NotEnoughPoints:
            assert self.reference.at(self.play.now).available + amount < 0
        else:
            self.reference.story.append(Correction(amount, self.play.now))

    @rule(target=redemptions, points=POINTS)
    def redeem(self, points: int) -> MultipleResults[Taken]:
        now, books = self.settled()
        try:
            entry = ledger.redeem(books, points, now=now, cause=Cause())
        except NotEnoughPoints as refused:
            self.lacks(points, refused)
            return multiple()
        self.reference.story.append(Spending(entry.number, points, now))
        return multiple(Taken.by(entry))

    @rule(taken=consumes(redemptions))
    def cancel_redemption(self, taken: Taken) -> None:
        now, books = self.settled()
        ledger.give_back(books, taken, now=now, cause=Cause())
        self.reference.story.append(Cancellation(taken.entry_number, now))

    @rule(target=holds, points=POINTS)
    def hold(self, points: int) -> MultipleResults[Hold]:
        now, books = self.settled()
        try:
            held = ledger.hold(
                books, points, worth=Decimal(points), currency="CNY", now=now, order_ref="A-1"
            )
        except NotEnoughPoints as refused:
            self.lacks(points, refused)
            return multiple()
        event = Reservation(held.entry_number, points, now + HALF_AN_HOUR, now)
        self.reference.story.append(event)
        return multiple(held)

    @rule(held=holds)
    def capture(self, held: Hold) -> None:
        now, books = self.settled()
        was = held.state
        try:
            ledger.capture(books, held, now=now)
        except Conflict:
            assert was is HoldState.RELEASED
        except Expired:
            assert held.entry_number not in self.reference.at(now).reserved
        else:
            if was is HoldState.OPEN:
                self.reference.story.append(Purchase(held.entry_number, now))

    @rule(held=holds)
    def release(self, held: Hold) -> None:
        now, books = self.settled()
        was = held.state
        try:
            ledger.release(books, held, now=now)
        except Conflict:
            assert was is HoldState.CAPTURED
        else:
            if was is HoldState.OPEN:
                self.reference.story.append(LettingGo(held.entry_number, now))

    def settled(self) -> tuple[datetime, Books]:
        """The present, and the books with what has come due."""
        ledger.settle(self.play.books, self.play.now)
        return self.play.now, self.play.books

    def lacks(self, points: int, refused: NotEnoughPoints) -> None:
        there = max(self.reference.at(self.play.now).available, 0)
        assert refused.params == {"available": there, "missing": points - there}

    @rule(step=st.sampled_from([timedelta(minutes=10), HALF_AN_HOUR, *MOMENTS]))
    def let_time_pass(self, step: timedelta) -> None:
        self.play.now += step

    @invariant()
    def both_ledgers_agree(self) -> None:
        read, expected = self.read(), self.reference.at(self.play.now)
        assert expected.available == read.available
        assert expected.pending == read.pending
        assert expected.held == read.held
        open_ones = {n for n, held in read.holds.items() if held.state is HoldState.OPEN}
        assert expected.reserved == open_ones
        assert expected.lifetime == read.lifetime_earned
        assert expected.lots == sorted((day, left) for day, left in read.lots.items() if left)

    @invariant()
    def what_is_available_lies_in_lots_or_is_debt(self) -> None:
        read = self.read()
        debt = max(-read.available, 0)
        assert sum(read.lots.values()) - debt == read.available
        assert debt == 0 or not any(read.lots.values())
        assert debt == 0 or self.policy is DebtPolicy.ALLOW_DEBT

    @invariant()
    def entries_tell_the_whole_story(self) -> None:
        books, running = self.play.books, 0
        for number, entry in enumerate(books.entries, 1):
            running += entry.available
            assert (number, running) == (entry.number, entry.available_after)
            assert (entry.available, entry.pending) != (0, 0)
        assert sum(entry.pending for entry in books.entries) == books.pending
        assert sum(entry.held for entry in books.entries) == books.held
        assert all(0 <= award.taken_back <= award.points for award in books.awards.values())

    def read(self) -> Books:
        """What a reader sees now: due things count, whether booked or not."""
        books = self.play.books
        awards = {number: replace(award) for number, award in books.awards.items()}
        holds = {number: replace(held) for number, held in books.holds.items()}
        read = replace(books, lots=dict(books.lots), awards=awards, holds=holds, entries=[])
        ledger.settle(read, self.play.now)
        return read


class LedgerStoryWithDebt(LedgerStory):
    policy = DebtPolicy.ALLOW_DEBT


TestLimitedRefunds = LedgerStory.TestCase
TestRefundsIntoDebt = LedgerStoryWithDebt.TestCase
TestLimitedRefunds.settings = TestRefundsIntoDebt.settings = settings(
    max_examples=int(os.environ.get("STORIES", "100")), stateful_step_count=40, deadline=None
)
