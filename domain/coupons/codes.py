"""Codes of coupons: drawn at random, read aloud and typed by people.

A code is 18 random characters, 90 bits, and two check characters: 20 of Crockford's base 32, shown
in five groups of four. The whole is a number that leaves 1 when divided by 1021, the largest prime
of two characters. So one wrong character, and two neighbours that changed places, are always
noticed, and another slip in 1020 of 1021 cases.

Source: the pure systems of ISO/IEC 7064; Crockford, "Base 32".
"""

from __future__ import annotations

import unicodedata
from typing import Final

DRAWN_BITS: Final = 90
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
_LENGTH: Final = 20
_GROUP: Final = 4
_CHECKED_BITS: Final = 10
_PRIME: Final = 1021
_LONGEST_TYPED: Final = 60
_VALUES: Final = {sign: value for value, sign in enumerate(_ALPHABET)} | {"I": 1, "L": 1, "O": 0}


def code_of(draw: int) -> str:
    """The code of a random number of 90 bits, as it is stored: without groups.

    Raises: ValueError for a number of more bits.
    """
    if not 0 <= draw < 1 << DRAWN_BITS:
        raise ValueError(draw)
    shifted = draw << _CHECKED_BITS
    number = shifted + (1 - shifted) % _PRIME
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def shown(code: str) -> str:
    """A stored code as people see it: `7K2M-QX9A-…`."""
    return "-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_code(typed: str) -> str | None:
    """The stored form of what somebody typed; None for what cannot be a code.

    Case, hyphens, spaces and full width do not matter; I and L are read as 1, O as 0.
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    signs = [sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign not in " -"]
    if len(signs) != _LENGTH or not all(sign in _VALUES for sign in signs):
        return None
    number = 0
    for sign in signs:
        number = number << 5 | _VALUES[sign]
    if number % _PRIME != 1:
        return None
    return "".join(_ALPHABET[_VALUES[sign]] for sign in signs)
