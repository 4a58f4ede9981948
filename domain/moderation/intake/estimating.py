"""How often ordinary posts would be stopped, estimated from a number of them."""

from __future__ import annotations

from math import sqrt
from typing import Final

_Z: Final = 1.959964  # 95 %, both sides


def share(hits: int, of: int) -> float:
    """The share that was found; 0 of nothing."""
    return hits / of if of else 0.0


def at_most(hits: int, of: int) -> float:
    """What the share is likely not above, by what so few or many show: 1 of nothing.

    Source: Wilson, Probable inference (1927): the upper end of the score interval of 95 %.
    """
    if of == 0:
        return 1.0
    found, spread = hits / of, _Z * _Z / of
    middle = found + spread / 2
    width = _Z * sqrt(found * (1 - found) / of + spread / (4 * of))
    return min(1.0, (middle + width) / (1 + spread))
