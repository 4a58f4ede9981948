"""What a decision means to an author."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.moderation.deciding import AGAINST, moved, step_of
from domain.moderation.receipts import Outcome, Ruled, may_be_appealed, outcome_of
from domain.moderation.subjects import Action
from domain.posts.visibility import PostState

WAITS, SHOWN, GONE = PostState.IN_REVIEW, PostState.PUBLISHED, PostState.REMOVED
REFUSED, DELETED = PostState.REJECTED, PostState.DELETED


@pytest.mark.parametrize(
    ("outcome", "ruled"),
    [
        (Outcome.PUBLISHED, Ruled(Action.APPROVE, WAITS, SHOWN)),
        (Outcome.PUBLISHED, Ruled(Action.FEATURE, WAITS, SHOWN)),
        (None, Ruled(Action.APPROVE, SHOWN, SHOWN)),
        (None, Ruled(Action.FEATURE, SHOWN, SHOWN)),
        (None, Ruled(Action.APPROVE, None, None)),
        (None, Ruled(Action.REMOVE, DELETED, DELETED)),
        (Outcome.REJECTED, Ruled(Action.REJECT, WAITS, REFUSED)),
        (Outcome.TO_MEND, Ruled(Action.REJECT, WAITS, REFUSED, mendable=True)),
        (Outcome.REMOVED, Ruled(Action.REMOVE, SHOWN, GONE)),
        (Outcome.RESTORED, Ruled(Action.RESTORE, GONE, SHOWN)),
        (Outcome.WARNED, Ruled(Action.WARN, WAITS, REFUSED)),
        (Outcome.WARNED, Ruled(Action.WARN, None, None)),
        (Outcome.SUSPENDED, Ruled(Action.SUSPEND, None, None, suspend_days=3)),
        (Outcome.SUSPENDED_LASTINGLY, Ruled(Action.SUSPEND, SHOWN, SHOWN)),
        (Outcome.OVERTURNED, Ruled(Action.RESTORE, GONE, SHOWN, of_appeal=True)),
        (Outcome.OVERTURNED, Ruled(Action.RESTORE, DELETED, DELETED, of_appeal=True)),
        (Outcome.UPHELD, Ruled(Action.REMOVE, GONE, GONE, of_appeal=True)),
    ],
)
def test_a_receipt_begins_with_what_became_of_it(outcome: Outcome | None, ruled: Ruled) -> None:
    assert outcome_of(ruled) is outcome


@given(st.sampled_from(Action), st.sampled_from(PostState))
def test_whatever_moves_a_piece_is_news(action: Action, was: PostState) -> None:
    try:
        step = step_of(action, was)
    except Refused:
        return
    became = was if step is None else moved(step, was)
    outcome = outcome_of(Ruled(action, was, became))
    assert (outcome is None) == (was is became and action not in {Action.WARN, Action.SUSPEND})


@pytest.mark.parametrize("action", list(Action))
def test_one_may_appeal_against_what_was_first_decided_against_one(action: Action) -> None:
    assert may_be_appealed(action, of_appeal=False) is (action in AGAINST)
    assert not may_be_appealed(action, of_appeal=True)
