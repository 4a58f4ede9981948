"""What a comment brought follows every decision about it, as with posts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.activity import LAURELS
from domain.contributions import subject_of, touched
from domain.errors import NotAllowed
from domain.posts import comments
from domain.posts.states import STEPS, Step, check_step
from domain.posts.visibility import PostState
from tests.support.plain_programme import NOON, Play, activity, fixed, metric, programme, rule

S = PostState
HOUR = timedelta(hours=1)
MOVES = [Step.APPROVE, Step.REJECT, Step.RECALL, Step.REMOVE, Step.RESTORE, Step.DELETE]


@dataclass
class Commenter:
    """One comment of one member, moved as the community moves it."""

    play: Play
    state: PostState = S.IN_REVIEW
    published: bool = False
    counted: Decimal = Decimal(0)

    def step(self, step: Step) -> None:
        """Raises: NotAllowed."""
        check_step(step, self.state)
        (after,) = STEPS[step][self.state]
        told = comments.told_as(self.state, after, published_before=self.published)
        self.state, self.published = after, self.published or after is S.PUBLISHED
        if told is not None:
            self.tell(told)

    def tell(self, type_: str) -> None:
        said = activity(type_, f"{type_}:{self.play.now}", NOON, postId="p", commentId="c")
        told = replace(said, source=LAURELS, id=UUID(int=next(self.play.numbers)))
        self.counted += sum(one.amount for one in self.play.tell(told).counts)

    @property
    def balances(self) -> tuple[int, int]:
        return self.play.books.available, self.play.books.pending


def rewarded() -> Commenter:
    return Commenter(
        Play(
            programme(
                rule("word", fixed(5), trigger=comments.PUBLISHED),
                rule("post", fixed(20), trigger="post.published"),
                metrics=(metric("words", comments.PUBLISHED),),
            )
        )
    )


@given(st.lists(st.sampled_from(MOVES), max_size=20))
def test_the_books_say_what_the_decisions_in_force_imply(steps: list[Step]) -> None:
    one = rewarded()
    for step in steps:
        one.play.now += HOUR
        with suppress(NotAllowed):
            one.step(step)
        shown, waits = one.state is S.PUBLISHED, one.published and one.state is S.IN_REVIEW
        assert one.balances == (5 * shown, 5 * waits)
        assert one.counted == (1 if shown else 0)


def test_a_comment_is_not_its_post() -> None:
    said = replace(activity(comments.REMOVED, "x", postId="p", commentId="c"), source=LAURELS)
    assert subject_of(said) == "c"
    assert touched([comments.REMOVED]) == {comments.REMOVED, comments.PUBLISHED}


@pytest.mark.parametrize("type_", [comments.REMOVED, comments.RESTORED, comments.RECALLED])
def test_what_is_said_of_an_unknown_comment_moves_nothing(type_: str) -> None:
    one = rewarded()
    one.tell(type_)
    assert one.play.state.contributions == {}
