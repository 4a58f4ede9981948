"""Which picture shows a badge: its own, or a medal that is drawn once and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gamification.badges import store as badges_store
from gamification.badges.medal import Medal, medal_of
from gamification.badges.store import BadgeRow
from infra.pictures import store
from infra.pictures.store import Image
from infra.platform import Platform

_QUEUE = "medals"


async def images_of(platform: Platform, wanted: Sequence[tuple[BadgeRow, int]]) -> list[Image]:
    """The picture of each badge at a level: its own for all levels, or the medal of this one.

    Raises: Unavailable while the object store is away and a medal must be drawn.
    """
    ids = {badge.image_id for badge, _ in wanted if badge.image_id is not None}
    known = await store.by_ids(platform.database, ids) if ids else {}
    own = [known.get(badge.image_id) if badge.image_id else None for badge, _ in wanted]
    missing = [one for one, image in zip(wanted, own, strict=True) if image is None]
    drawn = iter(await medals(platform, [medal_of(badge.badge, level) for badge, level in missing]))
    return [next(drawn) if image is None else image for image in own]


async def medals(platform: Platform, wanted: Sequence[Medal]) -> list[Image]:
    """The pictures of these medals, one for each; those that nobody has asked for are drawn.

    Raises: Unavailable while the object store is away and one must be drawn.
    """
    if not wanted:
        return []
    known = await store.by_origins(platform.database, {medal.origin for medal in wanted})

    async def serve(asked: Sequence[Medal]) -> list[Image]:
        return await _drawn(platform, asked)

    for medal in wanted:
        if medal.origin not in known:
            known[medal.origin] = await platform.together.ask(_QUEUE, serve, medal)
    return [known[medal.origin] for medal in wanted]


async def draw_next(platform: Platform) -> int:
    """Draws the next medal that a badge will need; how many are still missing.

    So that no reader waits for a drawing but whoever looks at a badge in its first minute.
    """
    rows = await badges_store.badges(platform.database)
    wanted = [
        medal_of(row.badge, level)
        for row in rows
        if row.image_id is None
        for level in range(1, len(row.thresholds) + 1)
    ]
    known = await store.by_origins(platform.database, {medal.origin for medal in wanted})
    missing = {medal.origin: medal for medal in wanted if medal.origin not in known}
    if not missing:
        return 0
    await medals(platform, [next(iter(missing.values()))])
    return len(missing) - 1


async def _drawn(platform: Platform, asked: Sequence[Medal]) -> list[Image]:
    """Draws what is still missing. Who waits for the same medal waits for the same drawing."""
    known = await store.by_origins(platform.database, {medal.origin for medal in asked})
    for medal in asked:
        if medal.origin not in known:
            known[medal.origin] = await _draw(platform, medal)
    return [known[medal.origin] for medal in asked]


async def _draw(platform: Platform, medal: Medal) -> Image:
    # Late: to draw takes libraries that a process may never need.
    from gamification.badges.drawing import draw
    from infra.pictures import processing

    picture = await asyncio.to_thread(lambda: processing.of(draw(medal)))
    return await store.put(
        platform.database, platform.objects, picture, alt=None, origin=medal.origin
    )
