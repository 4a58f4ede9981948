"""What an end-to-end test asks when it is over: does the log come to the same once more?"""

from __future__ import annotations

from gamification.replay.checking import check
from infra.platform import Platform


async def replayed_otherwise(platform: Platform, database_url: str) -> list[object]:
    """What a replay of everything that happened does not come to."""
    found = await check(platform, database_url, most=10)
    return [*found.differences, *found.refused]
