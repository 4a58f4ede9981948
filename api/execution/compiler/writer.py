"""Source text in the making, each line marked with the position that it is about."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    indent: int
    text: str
    position: int


@dataclass(slots=True)
class Function:
    """One function: its head, what it begins with, functions of its own, and its lines."""

    head: str
    first: list[str] = field(default_factory=list[str])
    lines: list[Line] = field(default_factory=list[Line])
    inner: list[Function] = field(default_factory=list["Function"])
    indent: int = 1
    blocks: int = 0

    def rendered(self, outer: int = 0) -> Iterator[Line]:
        yield Line(outer, self.head, 0)
        yield from (Line(outer + 1, text, 0) for text in self.first)
        for function in self.inner:
            yield from function.rendered(outer + 1)
        for line in self.lines:
            yield Line(outer + line.indent, line.text, line.position)


class Writer:
    """Writes into the innermost function that is open."""

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self._open: list[Function] = []
        self._position = 0

    @property
    def blocks(self) -> int:
        """How many loops and tries are open; Python allows twenty in a function."""
        return self._open[-1].blocks

    def add(self, text: str, position: int | None = None) -> None:
        function = self._open[-1]
        if position is not None:
            self._position = position
        function.lines.append(Line(function.indent, text, self._position))

    @contextmanager
    def under(self, text: str, position: int | None = None) -> Iterator[None]:
        """A compound statement and what follows inside it."""
        self.add(text, position)
        counted = text.startswith(("for ", "try:"))
        function = self._open[-1]
        function.indent += 1
        function.blocks += counted
        yield
        function.indent -= 1
        function.blocks -= counted

    @contextmanager
    def function(self, head: str) -> Iterator[Function]:
        """A function: inside the one that is open, or a new one of the module."""
        made = Function(head)
        (self._open[-1].inner if self._open else self.functions).append(made)
        self._open.append(made)
        yield made
        self._open.pop()

    def finished(self) -> tuple[str, array[int]]:
        """The text, and for each of its lines, from 1 on, the position it is about."""
        lines = [line for function in self.functions for line in function.rendered()]
        positions = array("H", [0])
        positions.extend(line.position for line in lines)
        return "\n".join(" " * line.indent + line.text for line in lines) + "\n", positions
