"""How a server talks with a process that decodes pictures: frames of bytes over two pipes.

A question is the file. An answer is a head in JSON with the picture's sizes behind it, or with why
it is refused. Whoever reads an answer believes little: what decodes strangers' files may have
become theirs.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.errors import Invalid, Refused
from infra.pictures.picture import Likeness, Picture, Size

LENGTH: Final = struct.Struct("!I")
"""What every frame begins with: how many bytes follow."""
MOST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes: more than the largest picture that is ever served."""

_REASON: Final = re.compile(r"image\.[a-z_]{1,40}")
_COLOR: Final = re.compile(r"#[0-9a-f]{6}")


class Garbled(Exception):
    """What came is no answer."""


def answer_of(picture: Picture) -> list[bytes]:
    """A picture as an answer, in pieces."""
    head = {
        "sizes": [[size.width, size.height, len(size.data)] for size in picture.sizes],
        "thumbhash": picture.thumbhash.hex(),
        "color": picture.color,
        "likeness": [picture.likeness.upright, picture.likeness.mirrored],
    }
    return [*_framed(head), *(size.data for size in picture.sizes)]


def refusal_of(refused: Refused) -> list[bytes]:
    """A refusal as an answer, in pieces."""
    return _framed({"refused": refused.reason, "params": dict(refused.params)})


def _framed(head: Mapping[str, object]) -> list[bytes]:
    written = json.dumps(head).encode()
    return [LENGTH.pack(len(written)), written]


def read_answer(answer: bytes) -> Picture:
    """The picture in an answer.

    Raises: Invalid where it is a refusal, Garbled.
    """
    try:
        (length,) = LENGTH.unpack_from(answer)
        start = LENGTH.size + length
        head: dict[str, Any] = json.loads(answer[LENGTH.size : start])
        if "refused" in head:
            raise _refusal(head)
        return _picture(head, answer[start:])
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Garbled from error


def _refusal(head: Mapping[str, Any]) -> Invalid:
    _check(_REASON.fullmatch(head["refused"]))
    params: dict[str, Any] = {name: int(value) for name, value in head["params"].items()}
    params.pop("field", None)
    return Invalid(head["refused"], **params)


def _picture(head: Mapping[str, Any], data: bytes) -> Picture:
    _check(_COLOR.fullmatch(head["color"]))
    upright, mirrored = head["likeness"]
    return Picture(
        sizes=tuple(_sizes(head["sizes"], data)),
        thumbhash=bytes.fromhex(head["thumbhash"]),
        color=head["color"],
        likeness=Likeness(int(upright), int(mirrored)),
    )


def _sizes(listed: list[list[int]], data: bytes) -> Iterator[Size]:
    _check(listed)
    start = 0
    for width, height, length in listed:
        size = data[start : start + length]
        _check(size[:4] == b"RIFF" and size[8:12] == b"WEBP" and len(size) == length)
        yield Size(int(width), int(height), size)
        start += length


def _check(holds: object) -> None:
    if not holds:
        raise ValueError
