"""Moderation in Prometheus: decisions are counted as they are taken, and what waits is read anew
every few seconds, whoever scrapes how often.

Each API process counts what it decided; `/metrics` shows the sum. What all of them read alike shows
as whoever read it last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from community.moderation.measures import store
from domain.errors import Unavailable
from domain.moderation.measures import USUAL_DAYS, Share
from domain.moderation.subjects import Action, Origin
from infra.platform import Platform

_log = structlog.stdlib.get_logger(__name__)

EVERY: Final = 15.0
"""Seconds between two readings of what waits."""

SELDOM: Final = 300.0
"""Seconds between two readings of the last thirty days."""

_MINUTES: Final = (1, 5, 15, 30, 60, 120, 240, 480, 1_440, 4_320)


class Meters:
    """The meters of one process, in the registry that `/metrics` shows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        read = partial(Gauge, registry=registry, multiprocess_mode="livemostrecent")
        ever = partial(Counter, registry=registry)
        self._decisions = ever(
            "laurels_moderation_decisions", "Decisions taken.", ["action", "origin"]
        )
        self._undone = ever("laurels_moderation_undone", "Decisions undone.")
        self._seconds = Histogram(
            "laurels_moderation_decision_seconds",
            "Time from coming into the queue to the decision.",
            ["origin"],
            buckets=[60 * one for one in _MINUTES],
            registry=registry,
        )
        self._open = read("laurels_moderation_open", "Items that wait for a decision.", ["origin"])
        self._overdue = read("laurels_moderation_overdue", "Items that were to be decided by now.")
        self._oldest = read(
            "laurels_moderation_oldest_seconds", "How long the oldest open item has waited."
        )
        self._overturned = read(
            "laurels_moderation_overturned_ratio",
            "Of the decisions of thirty days, the share that was overturned on appeal.",
        )
        self._agreed = read(
            "laurels_moderation_agreement_ratio",
            "Of the second looks of thirty days, the share at which both agreed; NaN for none.",
        )
        self._rejected = read(
            "laurels_moderation_rejected_ratio",
            "Of the first decisions of thirty days about posts with so many stars, the share "
            "against the author; NaN for none.",
            ["rating"],
        )

    def decided(self, action: Action, origin: Origin, waited: timedelta) -> None:
        """Counts a decision that is committed."""
        self._decisions.labels(action.value, origin.value).inc()
        self._seconds.labels(origin.value).observe(waited.total_seconds())

    def undone(self) -> None:
        """Counts a decision that was undone."""
        self._undone.inc()

    async def read_waiting(self, platform: Platform) -> None:
        """Shows what waits now. Raises: Unavailable."""
        now = await platform.clock.now()
        found = await store.waiting(platform.database, now)
        by_origin = await store.open_by_origin(platform.database)
        for origin in Origin:
            self._open.labels(origin.value).set(by_origin.get(origin, 0))
        self._overdue.set(found.overdue)
        waited = timedelta(0) if found.oldest_at is None else now - found.oldest_at
        self._oldest.set(max(0.0, waited.total_seconds()))

    async def read_month(self, platform: Platform) -> None:
        """Shows how the last thirty days went. Raises: Unavailable."""
        start = await platform.clock.now() - timedelta(days=USUAL_DAYS)
        everybody, _ = await store.decided(platform.database, start)
        rated = await store.rated(platform.database, start)
        self._overturned.set(Share(everybody.overturned, everybody.decided).rate or 0.0)
        self._agreed.set(_shown(await store.looked_again(platform.database, start)))
        for rating in range(1, 6):
            share = rated[rating].rejected if rating in rated else Share(0, 0)
            self._rejected.labels(str(rating)).set(_shown(share))


def _shown(share: Share) -> float:
    return float("nan") if share.rate is None else share.rate


@asynccontextmanager
async def kept(meters: Meters, platform: Platform) -> AsyncIterator[None]:
    """Reads again and again, until the end."""
    reading = asyncio.create_task(_read(meters, platform), name="moderation meters")
    try:
        yield
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read(meters: Meters, platform: Platform) -> None:
    month_at = float("-inf")
    while True:
        try:
            await meters.read_waiting(platform)
            if time.monotonic() - month_at >= SELDOM:
                await meters.read_month(platform)
                month_at = time.monotonic()
        except Unavailable as error:
            _log.warning("moderation.meters_wait", engine=error.engine)
        await asyncio.sleep(EVERY)
