"""Small plots as SVG: they scale, take the colours of the page, and fetch nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 920
_HEIGHT: Final = 240
_LEFT: Final = 64
_BOTTOM: Final = 28
_TOP: Final = 12
_LINES: Final = 4
_MOST_LABELS: Final = 9


@dataclass(frozen=True, slots=True)
class Bar:
    """One place on the axis: `values` are drawn side by side, in the order of the series."""

    label: str
    values: tuple[float, ...]
    title: str = ""


def bars(places: Sequence[Bar], *, label: str, signed: Sequence[str] = ()) -> str:
    """A bar chart. `signed` are classes of single bars; else each series has a class of its own."""
    top = _round_up(max((value for bar in places for value in bar.values), default=0) or 1)
    drawn = [_grid(top), *_drawn(places, top, signed), *_labels(places)]
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        + "".join(drawn)
        + "</svg>"
    )


def _drawn(places: Sequence[Bar], top: float, signed: Sequence[str]) -> list[str]:
    room = (_WIDTH - _LEFT) / max(len(places), 1)
    found: list[str] = []
    for place, bar in enumerate(places):
        width = room * 0.8 / max(len(bar.values), 1)
        for series, value in enumerate(bar.values):
            x = _LEFT + room * (place + 0.1) + width * series
            y = _y(value, top)
            name = signed[place] if signed else f"series{series}"
            found.append(
                f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}"'
                f' height="{_y(0, top) - y:.1f}"><title>{escape(bar.title or bar.label)}</title>'
                "</rect>"
            )
    return found


def _labels(places: Sequence[Bar]) -> list[str]:
    room = (_WIDTH - _LEFT) / max(len(places), 1)
    every = max(-(-len(places) // _MOST_LABELS), 1)
    return [
        f'<text class="axis" text-anchor="middle" x="{_LEFT + room * (place + 0.5):.1f}"'
        f' y="{_HEIGHT - 8}">{escape(bar.label)}</text>'
        for place, bar in enumerate(places)
        if place % every == 0
    ]


def _grid(top: float) -> str:
    lines: list[str] = []
    for n in range(_LINES + 1):
        value = top * n / _LINES
        y = _y(value, top)
        lines.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="axis" text-anchor="end" x="{_LEFT - 8}" y="{y + 4:.1f}">'
            f"{_short(value)}</text>"
        )
    return "".join(lines)


def _y(value: float, top: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 of its magnitude, times four: the lines of the grid are plain numbers."""
    step = 1.0
    while step * _LINES < value:
        for factor in (2, 2.5, 2):
            step *= factor
            if step * _LINES >= value:
                break
    return step * _LINES


def _short(value: float) -> str:
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
