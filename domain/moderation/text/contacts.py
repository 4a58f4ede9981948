"""Links and ways to be reached elsewhere, in a text: for somebody to look at, never to hold back.

Numbers and names are looked for in the folded text, so that neither spaces, symbols, full-width
digits nor Chinese numerals hide them. Links and addresses are made of symbols, and are looked for
in the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from domain.moderation.text.folding import Folded
from domain.values import value


class Way(StrEnum):
    """How one is to be reached."""

    LINK = "LINK"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WECHAT = "WECHAT"
    QQ = "QQ"


@value
class Contact:
    """A way to be reached, from `start` to before `end` of what its author wrote."""

    way: Way
    start: int
    end: int


_NARROW: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20, 0x3002: 0x2E}
_DOT: Final = r"(?:\.|\s\.\s|\s?[点點]\s?|\sdot\s)"
_ENDINGS: Final = "com cn net org top vip xyz shop store info site club cc".split()  # noqa: SIM905
_ENDING: Final = rf"(?:{'|'.join(_ENDINGS)})(?![a-z0-9])"
_CHINESE: Final = r"\s\u3400-\u9fff"
_NAME: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_AS_WRITTEN: Final = {
    Way.EMAIL: re.compile(rf"[a-z0-9._%+-]+\s?@\s?{_NAME}(?:\.{_NAME})*{_DOT}{_ENDING}"),
    Way.LINK: re.compile(
        rf"https?://[^{_CHINESE}]+"
        rf"|(?<![a-z0-9@.]){_NAME}(?:\.{_NAME})*{_DOT}{_ENDING}(?:/[^{_CHINESE}]*)?"
    ),
}
_LEAST: Final = re.compile("[a-z0-9]{5}")
"""What every number or name has that is looked for in the folded text."""

_DIGITS: Final = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
_JOINING: Final = "(?:号码?|群|是|为|同号?|加我?|搜索?|联系|id)*"
_FOLDED: Final = {
    Way.PHONE: re.compile(r"(?<![0-9])(?:86)?1[3-9][0-9]{9}(?![0-9])"),
    Way.QQ: re.compile(rf"(?:qq|扣扣|企鹅号){_JOINING}[1-9][0-9]{{4,10}}(?![0-9])"),
    Way.WECHAT: re.compile(
        rf"(?:[微薇威v]信|(?<![a-z])(?:vx|wx|wechat|weixin)){_JOINING}[a-z0-9]{{5,20}}"
        r"|加我?v[a-z0-9]{5,20}"
    ),
}


def contacts(folded: Folded) -> list[Contact]:
    """Every way to be reached that the text has, in the order in which they begin."""
    found = [*_written(folded.source), *_hidden(folded)]
    return sorted(found, key=lambda one: (one.start, one.end))


def _written(source: str) -> Iterator[Contact]:
    narrow = source.translate(_NARROW).lower()
    if len(narrow) != len(source):  # a capital that is two small letters would move the places
        narrow = source.translate(_NARROW)
    if "://" not in narrow and not any(one in narrow for one in _ENDINGS):
        return
    for way, pattern in _AS_WRITTEN.items():
        for match in pattern.finditer(narrow):
            yield Contact(way, match.start(), match.end())


def _hidden(folded: Folded) -> Iterator[Contact]:
    digits = folded.text.translate(_DIGITS)
    if _LEAST.search(digits) is None:
        return
    for way, pattern in _FOLDED.items():
        for match in pattern.finditer(folded.text if way is Way.WECHAT else digits):
            start, end = folded.span(match.start(), match.end())
            yield Contact(way, start, end)
