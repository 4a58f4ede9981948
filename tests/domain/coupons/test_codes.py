"""Codes survive people: what they type is read, what they mistype is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coupons.codes import DRAWN_BITS, code_of, read_code, shown

DRAWS = st.integers(0, 2**DRAWN_BITS - 1)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES = st.integers(0, 19)
LIKENESSES = str.maketrans({"0": "o", "1": "l"})


def test_a_code_looks_like_this() -> None:
    assert shown(code_of(0)) == "0000-0000-0000-0000-0001"
    assert shown(code_of(2**DRAWN_BITS - 1)) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ5D"


def test_more_random_bits_than_fit_are_refused() -> None:
    for draw in (-1, 2**DRAWN_BITS):
        with pytest.raises(ValueError, match=str(draw)):
            code_of(draw)


@given(DRAWS, DRAWS)
def test_every_draw_has_a_code_of_its_own(draw: int, other: int) -> None:
    assert (code_of(draw) == code_of(other)) == (draw == other)


@given(DRAWS)
def test_a_code_is_read_however_it_is_typed(draw: int) -> None:
    code = code_of(draw)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (shown(code), code.lower(), f" {shown(code)} ", wide, code.translate(LIKENESSES)):
        assert read_code(typed) == code


@given(DRAWS, PLACES, st.sampled_from(SIGNS))
def test_one_wrong_character_is_noticed(draw: int, place: int, sign: str) -> None:
    code = code_of(draw)
    typed = code[:place] + sign + code[place + 1 :]
    assert (read_code(typed) is None) == (typed != code)


@given(DRAWS, st.integers(0, 18))
def test_neighbours_that_changed_places_are_noticed(draw: int, place: int) -> None:
    code = code_of(draw)
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read_code(typed) is None) == (typed != code)


@given(st.text(max_size=70))
def test_whatever_is_typed_is_a_code_in_its_one_spelling_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(code) == code


@pytest.mark.parametrize("typed", ["", "0", "0" * 19 + "U", "-" * 61, "0000-0000-0000-0000-001"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
