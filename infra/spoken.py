"""Chinese as it is cut into words and as it is spoken.

The dictionaries are read with this module, once a process: some half a second.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

import rjieba
from pypinyin.constants import PINYIN_DICT

_HAN: Final = range(0x4E00, 0xA000)
_VOWELS: Final = frozenset("aeiouv")
_DIAERESIS: Final = "\u0308"
_CIRCUMFLEX: Final = "\u0302"
_TONES: Final = frozenset("\u0300\u0301\u0304\u030c")


def words(text: str) -> list[str]:
    """The text cut into words that the dictionary has, and single characters; nothing is lost."""
    return rjieba.cut(text, hmm=False)


def syllable(character: str) -> str | None:
    """How one character is mostly read, without tone; None for what is not read in Mandarin."""
    if ord(character) not in _HAN or ord(character) not in PINYIN_DICT:
        return None
    letters = _letters(PINYIN_DICT[ord(character)].partition(",")[0])
    return None if _VOWELS.isdisjoint(letters) else letters


@cache
def syllables() -> frozenset[str]:
    """Every syllable that some character is read as."""
    return frozenset(one for code in _HAN if (one := syllable(chr(code))) is not None)


@cache
def common() -> tuple[str, ...]:
    """The 3,755 characters that are used most. Source: GB/T 2312, level 1."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return tuple(one for code in codes if (one := code.decode("gb2312", errors="ignore")))


def _letters(reading: str) -> str:
    """Letters as they are typed: lü is `lv`."""
    apart = unicodedata.normalize("NFD", reading)
    toneless = "".join(one for one in apart if one not in _TONES)
    return toneless.replace(f"u{_DIAERESIS}", "v").replace(f"e{_CIRCUMFLEX}", "e")
