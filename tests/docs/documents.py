"""The documents that people read: their fenced examples and their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_HERE_DOCUMENT = re.compile(r"<<'?JSON'?\n(.*?)^JSON$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block: where it stands, its language, its text."""

    path: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def examples(*languages: str) -> list[Example]:
    """Every fenced block in one of the languages, in the order of reading."""
    return [
        Example(path, text.count("\n", 0, fence.start()) + 1, fence[1], fence[2])
        for path in DOCUMENTS
        for text in [path.read_text("utf-8")]
        for fence in _FENCE.finditer(text)
        if fence[1] in languages
    ]


def here_documents(shell: str) -> list[str]:
    """The JSON that a shell block hands to a command, as the shell hands it over."""
    return [found.replace("\\$", "$") for found in _HERE_DOCUMENT.findall(shell)]


def links(path: Path) -> Iterator[str]:
    """Where a document points to, code blocks left out."""
    yield from _LINK.findall(_FENCE.sub("", path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    text = _FENCE.sub("", path.read_text("utf-8"))
    return {_anchor(heading) for heading in _HEADING.findall(text)}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
