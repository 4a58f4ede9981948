"""How well moderation works, in numbers, and what may be concluded from them.

A share of few is not worth much, so each comes with the interval in which it lies 95 times of 100.
Whether decisions go by stars is asked of a test that says how often chance alone would make such
a difference; that it would not does not say why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from domain.values import value

LONGEST_DAYS: Final = 366
"""Over how many days statistics reach at most."""

USUAL_DAYS: Final = 30
BY_CHANCE: Final = 0.01
"""A difference that chance makes more seldom than this is called one."""

SECOND_LOOKS: Final = 0.02
"""Of how many approvals somebody else is asked again, without being told the first answer."""

_Z: Final = 1.959963984540054
_LEAST_EXPECTED: Final = 5.0


@value
class Share:
    """So many of so many. Without any there is no share."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies 95 times of 100. Source: Wilson, 1927."""
        if not self.whole:
            return 0.0, 1.0
        n, p, z2 = self.whole, self.part / self.whole, _Z * _Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, min(p, middle - reach)), min(1.0, max(p, middle + reach))


class Verdict(StrEnum):
    """What a comparison by stars allows to be said."""

    TOO_FEW = "TOO_FEW"
    NO_DIFFERENCE_SEEN = "NO_DIFFERENCE_SEEN"
    DIFFERS = "DIFFERS"


@value
class Neutrality:
    """`by_chance` is how likely chance alone makes a difference as large; None for too few."""

    verdict: Verdict
    by_chance: float | None


def neutrality(rejected: Mapping[int, Share]) -> Neutrality:
    """Whether the shares of rejected posts by stars differ more than by chance.

    Source: Pearson's test of homogeneity, under Cochran's condition as it is often put: at least
    five are to be expected in every cell.
    """
    shares = [one for one in rejected.values() if one.whole]
    whole, part = sum(one.whole for one in shares), sum(one.part for one in shares)
    least = min((one.whole for one in shares), default=0)
    seldom = min(part, whole - part)
    alone = len(shares) <= 1
    if alone or least * seldom < _LEAST_EXPECTED * whole:
        return Neutrality(Verdict.TOO_FEW, None)
    by_chance = exceeded_by_chance(_squares(shares, part / whole), len(shares) - 1)
    differs = by_chance < BY_CHANCE
    return Neutrality(Verdict.DIFFERS if differs else Verdict.NO_DIFFERENCE_SEEN, by_chance)


def _squares(shares: Sequence[Share], rate: float) -> float:
    """How far shares lie from one rate for all, each in units of its variance, squared."""
    return sum(
        (one.part - one.whole * rate) ** 2 / (one.whole * rate * (1 - rate)) for one in shares
    )


def exceeded_by_chance(squares: float, freedom: int) -> float:
    """How likely a sum of `freedom` squares of standard normal numbers exceeds `squares`.

    Source: the recurrence of the regularised upper incomplete gamma function, DLMF 8.8.6.
    """
    half = squares / 2
    if freedom % 2:
        likely, term, degree = math.erfc(math.sqrt(half)), math.exp(-half) / math.gamma(1.5), 0.5
        term *= math.sqrt(half)
    else:
        likely, term, degree = math.exp(-half), math.exp(-half) * half, 1.0
    while 2 * degree < freedom:
        likely += term
        degree += 1
        term *= half / degree
    return min(1.0, likely)
