"""One measured figure, and the table and file that figures go to."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil
from rich.console import Console
from rich.table import Table

_RESULTS: Final = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement; `target` says in words what it should reach, `met` whether it did.

    Figures without a target are the limits and peers that the others are compared with.
    """

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


class Figures:
    """Collects figures in the order in which they are measured."""

    def __init__(self) -> None:
        self.all: list[Figure] = []

    def add(self, name: str, value: float, unit: str) -> None:
        """A figure to compare others with."""
        self.all.append(Figure(name, value, unit))

    def hold(self, name: str, value: float, unit: str, *, at_most: float) -> None:
        """A figure that should not be larger than its target."""
        self.all.append(Figure(name, value, unit, f"≤ {at_most:g} {unit}", value <= at_most))


def show(title: str, figures: Sequence[Figure]) -> None:
    """Prints a table and writes `results/<title>.json` with the machine."""
    table = Table(title=title)
    for heading in ("what", "measured", "target", ""):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    for figure in figures:
        mark = {None: "", True: "✓", False: "✗"}[figure.met]
        table.add_row(figure.name, f"{figure.value:,.4g} {figure.unit}", figure.target, mark)
    Console(width=120).print(table)
    _RESULTS.mkdir(exist_ok=True)
    written = {
        "at": datetime.now(UTC).isoformat(),
        "machine": machine(),
        "figures": [asdict(figure) for figure in figures],
    }
    path = _RESULTS / f"{title}.json"
    path.write_text(json.dumps(written, indent=2, ensure_ascii=False), "utf-8")


def machine() -> str:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    return (
        f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, load {load:.1f} at the end"
    )
