"""`make bench`: runs every benchmark, or those named (`make bench BENCH="ingest boards"`)."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Final

from bench.figures import show

ALL: Final = (
    "startup",
    "ledger",
    "redemptions",
    "flash_sale",
    "coupons",
    "expiry",
    "jobs",
    "statements",
    "ingest",
    "tiers",
    "readings",
    "leaderboards",
    "simulation",
    "expressions",
    "execution",
    "peers",
    "whole_path",
    "sockets",
    "likes",
    "referrals",
    "deals",
    "photos",
    "feeds",
    "search",
    "moderation_text",
    "home_feed",
    "moderation_queue",
    "standing",
    "moderation_measures",
    "hostile",
)


def main(names: list[str]) -> int:
    """Each benchmark is a module with `async def measure() -> list[Figure]`."""
    unknown = set(names) - set(ALL)
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(sorted(unknown))}; {', '.join(ALL)}\n")
        return 2
    for name in names or ALL:
        module = importlib.import_module(f"bench.{name}")
        show(name, asyncio.run(module.measure()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
