"""Draws are repeatable, follow the share, and cannot be told without the key."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.intake.estimating import at_most, share
from domain.moderation.intake.sampling import is_drawn

SHARES = st.floats(0, 1)


@given(st.uuids(), SHARES, SHARES)
def test_a_larger_share_draws_whatever_a_smaller_one_does(
    id_: UUID, one: float, two: float
) -> None:
    few, many = sorted((one, two))
    assert is_drawn(b"key", id_, many) or not is_drawn(b"key", id_, few)


@given(st.uuids())
def test_nothing_and_everything(id_: UUID) -> None:
    assert not is_drawn(b"key", id_, 0)
    assert is_drawn(b"key", id_, 1)


def test_so_many_are_drawn_and_by_another_key_others() -> None:
    ids = [UUID(int=number) for number in range(10_000)]
    ours, theirs = ({one for one in ids if is_drawn(key, one, 0.1)} for key in (b"a", b"b"))
    assert 900 < len(ours) < 1_100
    assert len(ours & theirs) < 200


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_estimate_lies_above_what_was_found(hits: int, more: int) -> None:
    assert share(hits, hits + more) < at_most(hits, hits + more) <= 1


def test_few_texts_say_little() -> None:
    assert at_most(0, 0) == 1
    assert 0.2 < at_most(0, 10) < 0.3
    assert at_most(0, 10_000) < 0.001
