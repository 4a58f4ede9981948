"""The figures of moderation over a stretch of time, asked for together or apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.errors import Invalid
from domain.moderation.measures import LONGEST_DAYS


def since(now: datetime, days: int) -> datetime:
    """When a stretch of so many days began that ends now.

    Raises: Invalid for other than 1 to 366 days.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("moderation.stretch", field=("days",), limit=LONGEST_DAYS)
    return now - timedelta(days=days)
