"""The life of a post: any sequence of steps, against the drawing in words."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAllowed
from domain.posts.states import STEPS, Step, check_step, told_as
from domain.posts.visibility import PostState

S = PostState
DRAWN = {
    "SUBMIT: DRAFT → IN_REVIEW PUBLISHED",
    "APPROVE: IN_REVIEW → PUBLISHED",
    "REJECT: IN_REVIEW → REJECTED",
    "REPAIR: REJECTED → IN_REVIEW",
    "RECALL: PUBLISHED → IN_REVIEW",
    "RECALL: REJECTED → IN_REVIEW",
    "REMOVE: PUBLISHED → REMOVED",
    "RESTORE: REMOVED → PUBLISHED",
    "RESTORE: REJECTED → PUBLISHED",
    *(f"DELETE: {one} → DELETED" for one in S if one is not S.DELETED),
}


def test_the_steps_are_those_of_the_drawing() -> None:
    found = {
        f"{step}: {before} → {' '.join(sorted(after))}"
        for step, ways in STEPS.items()
        for before, after in ways.items()
    }
    assert found == DRAWN


@given(steps=st.lists(st.tuples(st.sampled_from(Step), st.booleans(), st.booleans()), max_size=30))
def test_no_sequence_of_steps_leaves_the_states_or_returns_from_deletion(
    steps: list[tuple[Step, bool, bool]],
) -> None:
    state, repairable, published = S.DRAFT, False, False
    for step, repair, past_review in steps:
        before = state
        with suppress(NotAllowed):
            check_step(step, state, repairable=repairable)
            targets = sorted(STEPS[step][state])
            state = targets[-1] if past_review else targets[0]
            repairable = step is Step.REJECT and repair
            published = published or state is S.PUBLISHED
        assert before is not S.DELETED or state is S.DELETED
        assert published or state is not S.REMOVED


@pytest.mark.parametrize(
    ("before", "after", "published_before", "repairable", "told"),
    [
        (S.DRAFT, S.IN_REVIEW, False, False, "post.submitted"),
        (S.DRAFT, S.PUBLISHED, False, False, "post.published"),
        (S.IN_REVIEW, S.PUBLISHED, False, False, "post.published"),
        (S.IN_REVIEW, S.PUBLISHED, True, False, "post.restored"),
        (S.REJECTED, S.PUBLISHED, False, False, "post.published"),
        (S.REMOVED, S.PUBLISHED, True, False, "post.restored"),
        (S.IN_REVIEW, S.REJECTED, False, False, "post.rejected"),
        (S.REJECTED, S.IN_REVIEW, False, True, None),
        (S.REJECTED, S.IN_REVIEW, False, False, "post.recalled"),
        (S.PUBLISHED, S.IN_REVIEW, True, False, "post.recalled"),
        (S.PUBLISHED, S.REMOVED, True, False, "post.removed"),
        (S.PUBLISHED, S.DELETED, True, False, "post.removed"),
        (S.IN_REVIEW, S.DELETED, False, False, "post.removed"),
        (S.DRAFT, S.DELETED, False, False, None),
    ],
)
def test_what_the_log_says_of_a_change(
    *,
    before: PostState,
    after: PostState,
    published_before: bool,
    repairable: bool,
    told: str | None,
) -> None:
    found = told_as(before, after, published_before=published_before, repairable=repairable)
    assert found == told


def test_only_what_may_be_mended_is_repaired() -> None:
    check_step(Step.REPAIR, S.REJECTED, repairable=True)
    with pytest.raises(NotAllowed):
        check_step(Step.REPAIR, S.REJECTED)
