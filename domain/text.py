"""Text as people count and type it: user-perceived characters, and what is no text at all.

Counts extended grapheme clusters with what the standard library knows of Unicode.
Source: Unicode Standard Annex 29, rules GB3 to GB13. Left out is GB9c: an Indic conjunct counts
as its consonants.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice, pairwise
from typing import Final

from domain.errors import Invalid

MOST_POINTS: Final = 20
"""Code points of a user-perceived character, in the mean of a text; the longest emoji has ten."""

_ALLOWED_CONTROLS: Final = frozenset("\n\t")
_UNSEEN: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs without ink
_NO_TEXT: Final = frozenset({"Cc", "Cs"})


class _Break(Enum):
    OTHER = auto()
    CR = auto()
    LF = auto()
    CONTROL = auto()
    EXTEND = auto()
    ZWJ = auto()
    SPACING_MARK = auto()
    PREPEND = auto()
    FLAG = auto()
    EMOJI = auto()
    HANGUL_L = auto()
    HANGUL_V = auto()
    HANGUL_T = auto()
    HANGUL_LV = auto()
    HANGUL_LVT = auto()


_HARD: Final = frozenset({_Break.CR, _Break.LF, _Break.CONTROL})
_ATTACHED: Final = frozenset({_Break.EXTEND, _Break.ZWJ, _Break.SPACING_MARK})
_AFTER_HANGUL: Final = {
    _Break.HANGUL_L: frozenset(
        {_Break.HANGUL_L, _Break.HANGUL_V, _Break.HANGUL_LV, _Break.HANGUL_LVT}
    ),
    _Break.HANGUL_LV: frozenset({_Break.HANGUL_V, _Break.HANGUL_T}),
    _Break.HANGUL_V: frozenset({_Break.HANGUL_V, _Break.HANGUL_T}),
    _Break.HANGUL_LVT: frozenset({_Break.HANGUL_T}),
    _Break.HANGUL_T: frozenset({_Break.HANGUL_T}),
}


def count_characters(text: str) -> int:
    """How many characters a person sees in `text`: a family emoji or a flag is one."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _starts(text))


def shortened(text: str, limit: int) -> str:
    """The text, or what fits of it into `limit` user-perceived characters with an ellipsis."""
    starts = list(islice(_starts(text), limit + 1))
    return text if len(starts) <= limit else f"{text[: starts[limit - 1]].rstrip()}…"


def check_text(text: str, *, limit: int, field: tuple[str, ...]) -> None:
    """Refuses what is no text, and what is longer than `limit` user-perceived characters, or than
    `MOST_POINTS` times as many code points: marks without end upon one character are no text.

    Raises: Invalid.
    """
    if has_controls(text):
        raise Invalid("text.control", field=field)
    if is_too_long(text, limit):
        raise Invalid("text.too_long", field=field, limit=limit)


def is_too_long(text: str, limit: int) -> bool:
    """Whether the text has more than `limit` characters, or too many code points for so many."""
    if len(text) <= limit:  # a character is at least one code point: most texts need no counting
        return False
    return len(text) > limit * MOST_POINTS or len(list(islice(_starts(text), limit + 1))) > limit


def is_blank(text: str) -> bool:
    """Whether nothing can be seen of the text: spaces, marks of direction, what has no width."""
    return not text.strip() or all(
        char.isspace() or char in _UNSEEN or unicodedata.category(char) == "Cf" for char in text
    )


def has_controls(text: str) -> bool:
    """Whether there is a NUL, a lone surrogate, or a control other than newline and tab."""
    if text.isprintable():
        return False
    return any(
        unicodedata.category(char) in _NO_TEXT and char not in _ALLOWED_CONTROLS for char in text
    )


def _starts(text: str) -> Iterator[int]:
    """The position of each cluster's first code point."""
    if not text:
        return
    yield 0
    kinds = map(_kind, text)
    flags = 0  # how many regional indicators stand right before this position
    emoji_open = False  # whether an emoji, and only Extend after it, stand before `before`
    for position, (before, after) in enumerate(pairwise(kinds), start=1):
        flags = flags + 1 if before is _Break.FLAG else 0
        joined_emoji = emoji_open and before is _Break.ZWJ and after is _Break.EMOJI
        emoji_open = before is _Break.EMOJI or (emoji_open and before is _Break.EXTEND)
        paired_flag = after is _Break.FLAG and flags % 2 == 1
        if not (joined_emoji or paired_flag or _stay_together(before, after)):
            yield position


def _stay_together(before: _Break, after: _Break) -> bool:
    """The rules that two neighbours decide alone."""
    if before is _Break.CR and after is _Break.LF:
        return True
    if before in _HARD or after in _HARD:
        return False
    return (
        after in _ATTACHED
        or before is _Break.PREPEND
        or after in _AFTER_HANGUL.get(before, frozenset())
    )


def _kind(char: str) -> _Break:
    code = ord(char)
    if special := _SPECIAL.get(char):
        return special
    if index := bisect_right(_RANGE_STARTS, code):
        _, last, kind = _RANGES[index - 1]
        if code <= last:
            return kind
    if 0xAC00 <= code <= 0xD7A3:  # noqa: PLR2004 - composed syllables, every 28th without a final
        return _Break.HANGUL_LVT if (code - 0xAC00) % 28 else _Break.HANGUL_LV
    return _BY_CATEGORY.get(unicodedata.category(char), _Break.OTHER)


_BY_CATEGORY: Final = {
    "Mn": _Break.EXTEND,
    "Me": _Break.EXTEND,
    "Mc": _Break.SPACING_MARK,
    "Cc": _Break.CONTROL,
    "Cf": _Break.CONTROL,
    "Cs": _Break.CONTROL,
    "Zl": _Break.CONTROL,
    "Zp": _Break.CONTROL,
}

# What the general category does not tell.
_SPECIAL: Final = {
    "\r": _Break.CR,
    "\n": _Break.LF,
    "\u200c": _Break.EXTEND,
    "\u200d": _Break.ZWJ,
    "\u0e33": _Break.SPACING_MARK,
    "\u0eb3": _Break.SPACING_MARK,
    "\uff9e": _Break.EXTEND,
    "\uff9f": _Break.EXTEND,
}
_PREPENDED: Final = (
    "0600-0605 06DD 070F 0890-0891 08E2 0D4E 110BD 110CD 111C2-111C3 1193F 11941 11A3A 11A84-11A89"
    " 11D46"
)
_EXTENDING_MC: Final = (
    "09BE 09D7 0B3E 0B57 0BBE 0BD7 0CC2 0CD5-0CD6 0D3E 0D57 0DCF 0DDF 1B35 302E-302F 1133E 11357"
    " 114B0 114BD 115AF 11930 1D165 1D16E-1D172"
)
_NOT_ATTACHED_MC: Final = (
    "102B-102C 1038 1062-1064 1067-106D 1083 1087-108C 108F 109A-109C 1A61 1A63-1A64 AA7B AA7D"
    " 11720-11721"
)
_PICTURES: Final = (
    "00A9 00AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 2388 23CF 23E9-23F3"
    " 23F8-23FA 24C2 25AA-25AB 25B6 25C0 25FB-25FE 2600-2605 2607-2612 2614-2685 2690-2705"
    " 2708-2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E 2753-2755 2757 2763-2767"
    " 2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299"
    " 1F000-1F0FF 1F10D-1F10F 1F12F 1F16C-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1AD-1F1E5"
    " 1F201-1F20F 1F21A 1F22F 1F232-1F23A 1F23C-1F23F 1F249-1F3FA 1F400-1F53D 1F546-1F64F"
    " 1F680-1F6FF 1F774-1F77F 1F7D5-1F7FF 1F80C-1F80F 1F848-1F84F 1F85A-1F85F 1F888-1F88F"
    " 1F8AE-1F8FF 1F90C-1F93A 1F93C-1F945 1F947-1FAFF 1FC00-1FFFD"
)
_SPANS: Final = (
    ("1100-115F A960-A97C", _Break.HANGUL_L),
    ("1160-11A7 D7B0-D7C6", _Break.HANGUL_V),
    ("11A8-11FF D7CB-D7FB", _Break.HANGUL_T),
    ("1F1E6-1F1FF", _Break.FLAG),
    ("1F3FB-1F3FF E0020-E007F", _Break.EXTEND),
    (_PREPENDED, _Break.PREPEND),
    (_EXTENDING_MC, _Break.EXTEND),
    (_NOT_ATTACHED_MC, _Break.OTHER),
    (_PICTURES, _Break.EMOJI),
)


def _ranges() -> Iterator[tuple[int, int, _Break]]:
    for spans, kind in _SPANS:
        for span in spans.split():
            first, _, last = span.partition("-")
            yield int(first, 16), int(last or first, 16), kind


_RANGES: Final = sorted(_ranges(), key=lambda one: one[0])
_RANGE_STARTS: Final = [first for first, _, _ in _RANGES]
