"""Texts in which something was found, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from community.moderation.intake.reading import read
from domain.moderation.text.phases import Finding, Status, WordsFound, strongest

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Alarm:
    """A text in which something was found."""

    text: str
    findings: Sequence[Finding]

    @property
    def held(self) -> bool:
        return strongest(self.findings) is Status.HOLD

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """What was found, and from where to where."""
        return [place for finding in self.findings for place in _places(finding)]


def _places(finding: Finding) -> list[tuple[str, int, int]]:
    if isinstance(finding, WordsFound):
        return [(f"{one.manner} {one.word}", one.start, one.end) for one in finding.hits]
    return [(str(one.way), one.start, one.end) for one in finding.contacts]


Read: TypeAlias = "Callable[[Lexicon, str], Sequence[Finding]]"
"""The phases by which a text is read."""


def alarm(lexicon: Lexicon, text: str, reading: Read = read) -> Alarm | None:
    """What is found in a text; None for nothing."""
    findings = reading(lexicon, text)
    return None if strongest(findings) is Status.PASS else Alarm(text, findings)
