"""Any sequence of decisions leaves the books as the decisions in force imply."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ledger
from domain.activity import LAURELS
from domain.contributions import Contribution, Part, subject_of, touched
from domain.errors import NotAllowed
from domain.ledger import DebtPolicy
from domain.posts import states
from domain.posts.states import STEPS, Step, check_step, told_as
from domain.posts.visibility import PostState
from tests.support.plain_programme import NOON, Play, activity, fixed, metric, programme, rule

S = PostState
POSTS, STARS = metric("posts", "post.published"), metric("stars", "post.featured")
PENDING_DAYS: Final = 7
FEATURE: Final = "FEATURE"
UNFEATURE: Final = "UNFEATURE"
HOUR, MONTH = timedelta(hours=1), timedelta(days=30)


def rewarding(policy: DebtPolicy = DebtPolicy.LIMIT_TO_AVAILABLE, **terms: Any) -> Any:  # noqa: ANN401
    return programme(
        rule("post", fixed(20), trigger="post.published", expires_after_days=400, **terms),
        rule("star", fixed(50), trigger="post.featured", expires_after_days=300),
        metrics=(POSTS, STARS),
        debt_policy=policy,
    )


@dataclass
class Author:
    """One post of one member, moved as the community moves it."""

    play: Play
    state: PostState = S.DRAFT
    repairable: bool = False
    published: bool = False
    featured: bool = False
    sent_at: datetime = NOON
    counts: dict[tuple[UUID, datetime], Decimal] = field(
        default_factory=dict[tuple[UUID, datetime], Decimal]
    )

    def step(self, step: Step, *, easy: bool = True) -> None:
        """`easy`: past the review, or rejected so that it can be mended.

        Raises: NotAllowed.
        """
        check_step(step, self.state, repairable=self.repairable)
        targets = STEPS[step][self.state]
        after = S.PUBLISHED if easy and S.PUBLISHED in targets else min(targets)
        before, was_repairable = self.state, self.repairable
        self.state, self.repairable = after, after is S.REJECTED and easy
        told = told_as(before, after, published_before=self.published, repairable=was_repairable)
        if before is S.DRAFT and after is not S.DELETED:
            self.sent_at = self.play.now
        if told is not None:
            self.tell(told)
        self.published = self.published or after is S.PUBLISHED

    def feature(self, *, featured: bool) -> None:
        if self.featured == featured or (featured and self.state is not S.PUBLISHED):
            raise NotAllowed("post.step")
        self.featured = featured
        self.tell(states.FEATURED if featured else states.UNFEATURED)

    def tell(self, type_: str) -> None:
        at = self.sent_at if type_ in {states.SUBMITTED, states.PUBLISHED} else self.play.now
        said = activity(
            type_, f"{type_}:{self.play.now}", at, postId="p", repairable=self.repairable
        )
        effects = self.play.tell(
            replace(said, source=LAURELS, id=UUID(int=next(self.play.numbers)))
        )
        for count in effects.counts:
            key = count.metric_id, count.counted_at
            self.counts[key] = self.counts.get(key, Decimal(0)) + count.amount

    @property
    def held(self) -> bool:
        return self.state is S.IN_REVIEW or self.repairable

    @property
    def balances(self) -> tuple[int, int]:
        return self.play.books.available, self.play.books.pending

    @property
    def due(self) -> tuple[int, int]:
        """What is available and pending by the decisions in force."""
        if self.state is S.PUBLISHED:
            return 20 + 50 * self.featured, 0
        return 0, 20 * self.held


@given(
    steps=st.lists(
        st.tuples(st.sampled_from([*Step, FEATURE, UNFEATURE]), st.booleans()), max_size=25
    )
)
def test_the_books_say_what_the_decisions_in_force_imply(steps: list[tuple[str, bool]]) -> None:
    author = Author(Play(rewarding()))
    for step, easy in steps:
        author.play.now += HOUR
        with suppress(NotAllowed):
            if step in {FEATURE, UNFEATURE}:
                author.feature(featured=step == FEATURE)
            else:
                author.step(Step(step), easy=easy)
        assert author.balances == author.due
        assert sum(author.counts.values()) == (
            (1 + author.featured) if author.state is S.PUBLISHED else 0
        )
    assert {day for (one, day), _ in author.counts.items() if one == POSTS.id} <= {author.sent_at}


MOVES: Final = st.lists(
    st.sampled_from([Step.REMOVE, Step.RESTORE, Step.RECALL, Step.APPROVE]), max_size=12
)


@given(MOVES, st.integers(1, 100))
def test_what_comes_back_comes_back_into_the_lots_it_was_taken_from(
    steps: list[Step], spent: int
) -> None:
    author = Author(Play(rewarding()))
    books = author.play.books
    ledger.adjust(books, 100, now=author.play.now, cause=ledger.Cause(reason="by hand"))
    author.step(Step.SUBMIT)
    author.feature(featured=True)
    ledger.redeem(books, spent, now=author.play.now, cause=ledger.Cause(reason="a gift"))
    before = _lots(books)
    for step in [*steps, Step.REMOVE, Step.RESTORE]:
        if step is Step.RECALL:  # an approval that is undone makes points pending, of its own lot
            continue
        author.play.now += HOUR
        with suppress(NotAllowed):
            author.step(step)
    assert _lots(books) == before


def _lots(books: ledger.Books) -> dict[datetime, int]:
    return {date: left for date, left in books.lots.items() if left}


@given(
    MOVES,
    st.integers(1, 20),
    st.sampled_from(DebtPolicy),
)
def test_whatever_was_spent_meanwhile_nobody_gains_or_loses(
    steps: list[Step], spent: int, policy: DebtPolicy
) -> None:
    author = Author(Play(rewarding(policy)))
    author.step(Step.SUBMIT)
    cause = ledger.Cause(reason="a gift")
    ledger.redeem(author.play.books, spent, now=author.play.now, cause=cause)
    for step in [*steps, Step.APPROVE, Step.RESTORE]:
        author.play.now += HOUR
        with suppress(NotAllowed):
            author.step(step)
    assert author.balances == (20 - spent, 0)


def test_pending_days_are_those_of_the_day_on_which_it_was_sent() -> None:
    author = Author(Play(rewarding(pending_days=PENDING_DAYS)))
    author.step(Step.SUBMIT, easy=False)
    author.play.now += timedelta(days=3)
    author.step(Step.APPROVE)
    assert author.balances == (0, 20)
    author.play.now += timedelta(days=5)
    author.feature(featured=True)
    assert author.balances == (70, 0)


def test_what_lapsed_meanwhile_stays_lapsed() -> None:
    author = Author(Play(rewarding()))
    author.step(Step.SUBMIT)
    author.step(Step.REMOVE)
    author.play.now += 14 * MONTH
    author.step(Step.RESTORE)
    assert author.balances == (0, 0)
    assert [entry.kind for entry in author.play.books.entries[-2:]] == ["CLAWBACK", "EXPIRE"]


def test_only_laurels_moves_contributions() -> None:
    said = activity("post.removed", "x", postId="p")
    assert subject_of(said) is None
    assert subject_of(replace(said, source=LAURELS)) == "p"
    assert subject_of(replace(said, source=LAURELS, type="like.received")) is None


def test_what_moves_posts_may_touch_whatever_counts_them() -> None:
    assert touched(["order.paid"]) == {"order.paid"}
    assert touched(["post.removed"]) == {"post.removed", "post.published", "post.featured"}


@pytest.mark.parametrize("type_", [states.REMOVED, states.RESTORED, states.FEATURED])
def test_what_is_said_of_an_unknown_post_moves_nothing(type_: str) -> None:
    author = Author(Play(rewarding()))
    author.tell(type_)
    assert author.play.state.contributions == {}


def test_a_part_is_written_and_read_as_it_is() -> None:
    author = Author(Play(rewarding(pending_days=PENDING_DAYS)))
    author.step(Step.SUBMIT)
    author.feature(featured=True)
    author.step(Step.REMOVE)
    known: Contribution = author.play.state.contributions["p"]
    for part in known.parts.values():
        assert Part.from_json(part.as_json()) == part
