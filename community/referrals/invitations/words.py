"""What is written on a poster, and how large it is."""

from __future__ import annotations

from typing import Final

from domain.values import value

WIDTH: Final = 900
HEIGHT: Final = 1350
"""In pixels."""


@value
class Words:
    """What is written on a poster, in the language of whoever hands it on."""

    title: str
    programme: str
    code_name: str
    code: str
    scan: str
    link: str
