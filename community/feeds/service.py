"""Reads feeds: a page of one, and how much is new above it.

A cursor says where its page ended: in a list by time, or in the snapshot that the reader began
with. Either way a page that follows holds nothing that was shown, and leaves out nothing that
stood there when the reader began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from community.feeds import snapshots, store
from community.feeds.lists import EVERYTHING, Scope, listing
from community.feeds.ranking import hottest
from community.feeds.snapshots import Part
from community.feeds.store import Listed, Place
from community.posts.store import PostRow
from domain.errors import Invalid, Unavailable
from domain.feeds import KEPT, FeedKind
from domain.posts.visibility import Reader
from infra.ids import new_id
from infra.paging import Page, Window, keyset
from infra.platform import Platform

MOST_NEW: Final = 100
"""News are counted up to this."""

_BY_TIME: Final = keyset(datetime, UUID)
_IN_SNAPSHOT: Final = keyset(UUID, int)
_TOP: Final = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
_SPARE: Final = 10  # posts read besides those of a page, for those that the reader may not see


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, at which moment of the programme's time."""

    reader: Reader
    now: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """Which feed."""

    kind: FeedKind
    scope: Scope = EVERYTHING


async def page(
    platform: Platform, look: Look, feed: Feed, *, first: int | None, after: str | None
) -> Page[PostRow]:
    """A page of posts, all of which the reader may see.

    Raises: Invalid for arguments that are none, and for a snapshot that is gone.
    """
    window = _by_time(first, after)
    if feed.kind is FeedKind.TRENDING and (after is None or window is None):
        trend = await _trending(platform, look, feed.scope, _IN_SNAPSHOT.window(first, after))
        if trend is not None:
            return trend
    return await _listed(platform, look, feed, window or _BY_TIME.window(first, after))


async def pages_of_products(
    platform: Platform,
    look: Look,
    product_ids: Sequence[UUID],
    *,
    first: int | None,
    after: str | None,
) -> list[Page[PostRow]]:
    """For each product a page of the posts about it, last published first.

    Raises: Invalid for arguments that are none.
    """
    window = _BY_TIME.window(first, after)
    found = await store.of_products(
        platform.database,
        look.reader,
        look.now,
        list(dict.fromkeys(product_ids)),
        behind=_behind(window),
        limit=window.limit,
    )
    return [_places(window, found[one]) for one in product_ids]


async def news(platform: Platform, look: Look, feed: Feed, since: str) -> int:
    """How many posts that the reader may see came before the place of a cursor since it was given
    out: 0 to 100.

    Raises: Invalid.
    """
    window = _by_time(None, since)
    if window is None or window.after is None:
        begun = _IN_SNAPSHOT.window(None, since).after
        return await _newly_hot(platform, look, feed.scope, begun[0]) if begun else 0
    than = Place(*window.after)
    about = listing(feed.kind, feed.scope)
    return await store.newer(platform.database, look.reader, look.now, about, than, MOST_NEW)


def _by_time(first: int | None, after: str | None) -> Window[tuple[datetime, UUID]] | None:
    """The window of a list by time; None where the cursor is of another kind, or none."""
    try:
        return _BY_TIME.window(first, after)
    except Invalid as refused:
        if refused.field == ("first",):
            raise
        return None


async def _listed(
    platform: Platform, look: Look, feed: Feed, window: Window[tuple[datetime, UUID]]
) -> Page[PostRow]:
    rows = await store.page(
        platform.database,
        look.reader,
        look.now,
        listing(feed.kind, feed.scope),
        _behind(window),
        window.limit,
    )
    return _places(window, rows)


def _behind(window: Window[tuple[datetime, UUID]]) -> Place:
    return Place(*window.after) if window.after else _TOP


def _places(window: Window[tuple[datetime, UUID]], rows: Sequence[Listed]) -> Page[PostRow]:
    return window.page(rows, key=lambda row: (row.at, row.post.id)).map(lambda row: row.post)


async def _trending(
    platform: Platform, look: Look, scope: Scope, window: Window[tuple[UUID, int]]
) -> Page[PostRow] | None:
    """None where there is no order yet, or none can be had without Redis."""
    version, begin = (None, 0) if window.after is None else (window.after[0], window.after[1] + 1)
    if not 0 <= begin <= KEPT:  # no snapshot is longer
        raise Invalid("page.cursor", field=("after",))
    part = await _part(platform, look, scope, version, start=begin, count=window.limit + _SPARE)
    if part is None:
        if version is not None:
            raise Invalid("feed.moved_on", field=("after",))
        return None
    found = await _visible(platform, look, part, window.limit)
    if len(found) < window.limit and len(part.post_ids) == window.limit + _SPARE:
        start = begin + len(part.post_ids)
        rest = await _part(platform, look, scope, part.version, start=start, count=KEPT)
        missing = window.limit - len(found)
        found += await _visible(platform, look, rest, missing) if rest is not None else []
    shown = window.page(found, key=lambda row: (part.version, row[0]))
    return shown.map(lambda row: row[1])


async def _visible(
    platform: Platform, look: Look, part: Part, limit: int
) -> list[tuple[int, PostRow]]:
    """Places and posts: what the reader may see, up to `limit`."""
    if not part.post_ids:
        return []
    places = {one: n for n, one in enumerate(part.post_ids, start=part.start)}
    posts = await store.visible(platform.database, look.reader, look.now, part.post_ids, limit)
    return [(places[one.id], one) for one in posts]


async def _part(
    platform: Platform, look: Look, scope: Scope, version: UUID | None, *, start: int, count: int
) -> Part | None:
    """Part of the snapshot, of the present one without `version`."""
    try:
        found = await snapshots.copied(platform.redis, scope, version, start=start, count=count)
        if found is None and scope.name and version is None:
            found = await _made(platform, look.now, scope, count)
    except Unavailable:
        if scope.name:
            if version is not None:
                raise
            return None
        found = None
    if found is None and not scope.name:
        return await snapshots.stored(platform.database, version, start=start, count=count)
    return found


async def _made(platform: Platform, now: datetime, scope: Scope, count: int) -> Part:
    """The order of a topic or a product as it is now, kept for those who follow."""
    ids = await hottest(platform.database, now, scope)
    version = new_id()
    if ids:  # whoever asks for what is not there leaves nothing behind
        await snapshots.copy(platform.redis, scope, version, ids, fresh=snapshots.FRESH)
    return Part(version, 0, ids[:count])


async def _newly_hot(platform: Platform, look: Look, scope: Scope, version: UUID) -> int:
    """How many of the hundred hottest posts were not in a snapshot."""
    present = await _part(platform, look, scope, None, start=0, count=MOST_NEW)
    if present is None or present.version == version:
        return 0
    before = await _part(platform, look, scope, version, start=0, count=KEPT)
    known: Sequence[UUID] = before.post_ids if before is not None else ()
    new = [one for one in present.post_ids if one not in set(known)]
    if not new:
        return 0
    return len(await store.visible(platform.database, look.reader, look.now, new, len(new)))
