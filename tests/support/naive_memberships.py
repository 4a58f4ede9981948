"""A membership told in days and from the beginning each time, to check the real one against.

It keeps nothing but what happened, and reads a state by walking through all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["renew", "fail", "cancel"]


@dataclass
class NaiveMembership:
    zone: ZoneInfo
    began: datetime
    days: int
    trial: bool
    events: list[tuple[Kind, datetime, int]] = field(
        default_factory=list[tuple[Kind, datetime, int]]
    )

    def add(self, kind: Kind, at: datetime, days: int = 0) -> bool:
        """Whether it may happen: nothing happens to what is over."""
        if self.state(at) == "ENDED":
            return False
        self.events.append((kind, at, days))
        return True

    def state(self, now: datetime) -> str:
        last, failed, cancelled, trial = self._story()
        if now >= self.end():
            return "ENDED"
        if cancelled is not None:
            return "CANCELLED"
        if failed is not None or self._day(now) > last:
            return "PAST_DUE"
        return "TRIAL" if trial else "ACTIVE"

    def end(self) -> datetime:
        """When the perks end if nothing more happens."""
        last, failed, cancelled, _ = self._story()
        ends = [self._after(last + timedelta(days=7))]
        if failed is not None:
            ends.append(self._after(failed + timedelta(days=7)))
        if cancelled is not None:
            ends.append(max(self._after(last), cancelled))
        return min(ends)

    def _story(self) -> tuple[date, date | None, datetime | None, bool]:
        """The last day that is paid, the day of a failure, the moment of cancelling, if trying."""
        last, trial = self._day(self.began) + timedelta(days=self.days), self.trial
        failed: date | None = None
        cancelled: datetime | None = None
        for kind, at, days in self.events:
            if kind == "renew":
                last += timedelta(days=days)
                failed, cancelled, trial = None, None, False
            elif kind == "fail":
                failed = failed or self._day(at)
            else:
                cancelled = cancelled or at
        return last, failed, cancelled, trial

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _after(self, day: date) -> datetime:
        begins = datetime.combine(day + timedelta(days=1), datetime.min.time(), self.zone)
        return begins.astimezone(UTC)  # where there is no midnight, the zone's own compares badly
