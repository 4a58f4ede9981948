"""Ids that are unique and ordered inside, opaque and unmistakable outside."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.ids import GlobalId, Kind, decode_id, decode_key, encode_id, new_id, new_name

KINDS = st.sampled_from(Kind)
NUMBERS = st.none() | st.integers(0, 2**64 - 1)
TIER = encode_id(Kind.TIER, UUID(int=5))


def test_new_ids_are_in_the_order_of_their_making() -> None:
    made = [new_id() for _ in range(1000)]
    assert all(one < other for one, other in pairwise(made))


def test_a_new_name_is_an_id_of_its_own_in_plain_digits() -> None:
    made = [new_name() for _ in range(1000)]
    assert made == sorted(set(made))
    assert UUID(made[0]).version == 7


@given(kind=KINDS, key=st.uuids(), number=NUMBERS)
def test_an_id_names_what_it_was_made_of(kind: Kind, key: UUID, number: int | None) -> None:
    assert decode_id(encode_id(kind, key, number)) == GlobalId(kind, key, number)


@given(kind=KINDS, other=KINDS, key=st.uuids())
def test_an_id_of_one_kind_is_never_one_of_another(kind: Kind, other: Kind, key: UUID) -> None:
    assert decode_key(encode_id(kind, key), other) == (key if kind is other else None)


def test_the_id_of_one_in_a_series_is_no_key() -> None:
    assert decode_key(encode_id(Kind.POINTS_ENTRY, UUID(int=5), 3), Kind.POINTS_ENTRY) is None


@pytest.mark.parametrize(
    "text", ["", "x", "不是", "\ud800", "A" * 24, TIER[:-1], TIER + "A", "=" * 8]
)
def test_what_was_never_given_out_names_nothing(text: str) -> None:
    assert decode_id(text) is None


@pytest.mark.parametrize("text", ["!" + TIER, TIER + "\n", TIER + "==", TIER[:4] + "*" + TIER[4:]])
def test_another_spelling_of_an_id_is_none(text: str) -> None:
    assert decode_id(text) is None


@given(st.text() | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_no_text_at_all_is_a_fault(text: str) -> None:
    decode_id(text)


def test_kinds_are_two_letters_each() -> None:
    assert {len(kind.value) for kind in Kind} == {2}
