"""Chinese in one script: traditional as simplified, so that each finds the other.

The dictionaries are read when first needed, once a process: some 60 ms. Text is without lone
surrogates, as all text is that Laurels keeps.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Protocol, cast

import opencc

_BY_CHARACTER: Final = "t2s"
_TO_TRADITIONAL: Final = "s2t"
_BY_WORD: Final = "tw2sp"  # Taiwan's words for things become the mainland's: 螢幕 is 屏幕


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def simplified(text: str) -> str:
    """The same words in simplified characters."""
    return text if text.isascii() else _converter(_BY_CHARACTER).convert(text)


def mainland(text: str) -> str:
    """The same in simplified characters and in mainland China's words."""
    return text if text.isascii() else _converter(_BY_WORD).convert(text)


def traditional(text: str) -> str:
    """The same words in traditional characters."""
    return text if text.isascii() else _converter(_TO_TRADITIONAL).convert(text)


@cache
def _converter(name: str) -> _Converter:
    return cast("_Converter", opencc.OpenCC(name))
