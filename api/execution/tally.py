"""Counts that are kept as plain numbers for a while, and given to their meters all at once.

A meter that several processes share lies in a file and has a lock: counting a request in four of
them takes more than finding its document.
"""

# prometheus_client has no way of its own to observe many amounts at once.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import Any, Final

from prometheus_client import Counter, Histogram


class Tally:
    """The counter's next values, by its labels."""

    def __init__(self, counter: Counter) -> None:
        self._counter: Final = counter
        self._counts: defaultdict[tuple[str, ...], int] = defaultdict(int)

    def add(self, *labels: str) -> None:
        self._counts[labels] += 1

    def settle(self) -> None:
        """Gives the counter what was counted since the last time."""
        for labels, count in self._counts.items():
            self._counter.labels(*labels).inc(count)
        self._counts.clear()


class Amounts:
    """What a histogram is yet to observe, by its labels."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram: Final = histogram
        self._bounds: Final = histogram._upper_bounds  # noqa: SLF001
        self._observed: dict[tuple[str, ...], list[float]] = {}

    def add(self, amount: float, *labels: str) -> None:
        observed = self._observed.get(labels)
        if observed is None:
            observed = self._observed[labels] = [0.0] * (len(self._bounds) + 1)
        observed[bisect_left(self._bounds, amount)] += 1
        observed[-1] += amount

    def settle(self) -> None:
        """Gives the histogram what was observed since the last time."""
        for labels, (*counts, total) in self._observed.items():
            meter: Any = self._histogram.labels(*labels) if labels else self._histogram
            meter._sum.inc(total)  # noqa: SLF001
            for bucket, count in zip(meter._buckets, counts, strict=True):  # noqa: SLF001
                if count:
                    bucket.inc(count)
        self._observed.clear()
