"""A space between Chinese characters and what is written in letters or digits beside them.

Sentences have their own spaces. What is put into them is a name that nobody knew when they were
written: 小林 stands right beside its verb, Ana does not. Source: the W3C's requirements for Chinese
text layout, 3.1.6 (mixed text composition).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Final

_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER: Final = re.compile("[0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff]")
_PARTS: Final = string.Formatter()


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """The sentence as `format` makes it, with a space wherever a text that is put in needs one.

    Only edges of texts that are put in are looked at, never what is within them; numbers stand as
    the sentence has them.

    Raises: KeyError for a parameter that is not there.
    """
    said, joint = "", False
    for literal, name, spec, _ in _PARTS.parse(sentence):
        said += _apart(said, literal) if joint else literal
        joint = False
        if name is not None:
            value = params[name]
            joint, text = isinstance(value, str), format(value, spec or "")
            said += _apart(said, text) if joint else text
    return said


def _apart(before: str, text: str) -> str:
    """The text, with a space before it where it must not touch what stands there."""
    if not before or not text:
        return text
    edges = before[-1], text[0]
    mixed = any(_HAN.match(edges[one]) and _LETTER.match(edges[1 - one]) for one in (0, 1))
    return f" {text}" if mixed else text
