"""Enums of feeds as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.feeds import FeedKind

described(
    FeedKind,
    description="Which posts a feed has, and in which order.",
    values={
        FeedKind.TRENDING: "What is talked about at present, up to a thousand posts.",
        FeedKind.LATEST: "Everything, last published first.",
        FeedKind.FOLLOWING: "Posts of those whom the viewer follows, last published first.",
        FeedKind.FEATURED: "What the shop shows off, last featured first.",
    },
)

__all__ = ["FeedKind"]
