"""The feeds that there are."""

from __future__ import annotations

from enum import StrEnum


class FeedKind(StrEnum):
    """Source: `FeedKind` of the contract."""

    TRENDING = "TRENDING"
    LATEST = "LATEST"
    FOLLOWING = "FOLLOWING"
    FEATURED = "FEATURED"
