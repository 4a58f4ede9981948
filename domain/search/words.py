"""Text as it is searched: folded to one spelling, and parted into words.

`fold` takes text that is already in simplified Chinese, if it is Chinese: which characters those
are is a matter of dictionaries, and not of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f]+")  # accents of Latin, Greek and Cyrillic letters

# Scripts that put no spaces between words: kana, Han, Hangul, Thai, Lao, Burmese, Khmer.
_CLOSE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u30a1-\u30fa"
    "\u30fc\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGNS: Final = "\u2600-\u27bf\U0001f300-\U0001faff"
_WORD: Final = re.compile(
    rf"(?P<close>[{_CLOSE}]+)|(?P<number>\d+)|(?P<sign>[{_SIGNS}])"
    rf"|(?P<spaced>(?:(?![{_CLOSE}])[^\W\d_])+)"
)

# What Chinese questions are made of besides what is asked for.
_EMPTY: Final = re.compile(
    "有没有|怎么样|是不是|可不可以|能不能|好不好|为什么|怎么|什么|哪个|哪些|哪里|哪家|如何|请问|可以|"
    "有人|推荐|[的了吗呢吧啊么嘛呀和与]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number, a picture sign, or a run of a script that is written without spaces."""

    text: str
    close: bool


def fold(text: str) -> str:
    """The text in one spelling: full-width as half-width, capitals as small, without accents."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    # Marks of kana, Thai and the like are letters there, and stay.
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", plain)))


def words_of(folded: str) -> list[Word]:
    """The words of a folded text in their order. `iPhone15` and `iPhone 15` have the same."""
    found: list[Word] = []
    for match in _WORD.finditer(folded):
        close = match.lastgroup == "close"
        text = match[0] if close or match.lastgroup != "spaced" else singular(match[0])
        found.append(Word(text, close))
    return found


def spelled(words: Sequence[Word]) -> str:
    """Words as they are kept to be looked through: one space between two, and around all."""
    return f" {' '.join(word.text for word in words)} "


def asked_words(folded: str) -> list[Word]:
    """What a question asks for: its words without what questions are made of besides.

    A question that is made of nothing else asks for just that.
    """
    told: list[Word] = []
    for word in words_of(folded):
        parts = _EMPTY.split(word.text) if word.close else [word.text]
        told += (Word(part, word.close) for part in parts if part)
    return list(dict.fromkeys(told or words_of(folded)))


def singular(word: str) -> str:
    """An English word without its plural.

    Source: Donna Harman, "How Effective is Suffixing?", 1991: the S stemmer, three rules.
    """
    if len(word) < 4 or not word.endswith("s") or not word.isascii():  # noqa: PLR2004 - gas, bus
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if not word.endswith(("us", "ss")):
        return word[:-1]
    return word
