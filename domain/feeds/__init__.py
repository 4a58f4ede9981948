"""Feeds: which posts a list has, and in which order.

kinds     the feeds that there are
trending  what is talked about at present
"""

from domain.feeds.kinds import FeedKind
from domain.feeds.trending import CANDIDATES, KEPT, Talked, heat, trending

__all__ = ["CANDIDATES", "KEPT", "FeedKind", "Talked", "heat", "trending"]
