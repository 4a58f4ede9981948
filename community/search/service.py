"""Searches posts, products and topics.

Posts are found in windows of three hundred, the newest first; inside a window they stand by their
scores. A cursor names the window by the numbers of its ends, and the place in it: what comes
between is of no window, what goes leaves its place empty, and no page repeats anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from community.search import store
from community.search.reading import Question, ask, ask_kindly
from community.search.store import Candidate, Kind, Name
from domain.errors import Invalid
from domain.posts.visibility import Reader
from domain.search import Found, relevance, score
from domain.text import check_text
from infra.paging import Page, keyset
from infra.platform import Platform

LONGEST: Final = 100
"""User-perceived characters of a question."""

MOST_NAMES: Final = 1_000
"""So many products or topics are looked at for one question."""

_WINDOW: Final = 300
_PLACES: Final = keyset(int, int, int, int, int)
_BY_SCORE: Final = keyset(int, UUID)
_BEGIN: Final = datetime.fromisoformat("2020-01-01T00:00:00Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a found post stands: in the window of documents between two numbers, at its score."""

    kindly: bool
    below: int
    above: int
    score: int
    number: int
    post_id: UUID

    @property
    def key(self) -> tuple[int, int, int, int, int]:
        return (int(self.kindly), self.below, self.above, self.score, self.number)


async def search_posts(
    platform: Platform,
    reader: Reader,
    query: str,
    *,
    now: datetime,
    first: int | None,
    after: str | None,
) -> Page[UUID]:
    """Ids of posts that answer the question and that the reader may see, a page of them.

    Raises: Invalid.
    """
    _check(query)
    window = _PLACES.window(first, after)
    top = await store.newest_number(platform.database) + 1
    search = _Search(platform, reader, query, now, top)
    if window.after is None:
        found = await search.on(kindly=False, below=top, limit=window.limit)
        if not found:
            found = await search.on(kindly=True, below=top, limit=window.limit)
    else:
        found = await search.behind(*window.after, limit=window.limit)
    return window.page(found, key=lambda place: place.key).map(lambda place: place.post_id)


async def search_names(
    platform: Platform, kind: Kind, query: str, *, first: int | None, after: str | None
) -> tuple[Page[UUID], int]:
    """Ids of products or topics by their names, the best answer first, and how many there are.

    Raises: Invalid.
    """
    _check(query)
    window = _BY_SCORE.window(first, after)
    ranked = await _named(platform, kind, query)
    rest = [one for one in ranked if window.after is None or one < window.after]
    return window.page(rest, key=lambda one: one).map(lambda one: one[1]), len(ranked)


class _Search:
    """One question of one reader, in this operation. All documents have numbers below `top`."""

    def __init__(
        self, platform: Platform, reader: Reader, query: str, now: datetime, top: int
    ) -> None:
        self._sql = platform.database
        self._reader = reader
        self._query = query
        self._now = now
        self._top = top

    async def on(self, *, kindly: bool, below: int, limit: int) -> list[Place]:
        """Up to `limit` posts, window by window, from the newest under a number on."""
        found: list[Place] = []
        while below > 0 and len(found) < limit:
            window = await self._window(kindly, below, above=None)
            found += window
            below = window[0].above + 1 if window else 0
        return found[:limit]

    async def behind(
        self, kindly: int, below: int, above: int, reached: int, number: int, *, limit: int
    ) -> list[Place]:
        """Up to `limit` posts behind a place."""
        if kindly not in (0, 1) or not 0 <= above < below:
            raise Invalid("page.cursor", field=("after",))
        window = await self._window(bool(kindly), below, above)
        found = [one for one in window if (one.score, one.number) < (reached, number)]
        if len(found) < limit and above > 0:
            more = limit - len(found)
            found += await self.on(kindly=bool(kindly), below=above + 1, limit=more)
        return found[:limit]

    async def _window(self, kindly: bool, below: int, above: int | None) -> list[Place]:  # noqa: FBT001
        question = ask_kindly(self._query) if kindly else ask(self._query)
        found = await store.posts(
            self._sql,
            self._reader,
            self._now,
            question.ways,
            above=above or 0,
            below=min(below, self._top),  # whoever forges a cursor has no empty segments read
            limit=_WINDOW,
        )
        if above is None:  # a window that is not full is the last one
            above = found[-1].number - 1 if len(found) == _WINDOW else 0
        places = [_place(question, one, kindly=kindly, below=below, above=above) for one in found]
        return sorted(places, key=lambda place: (place.score, place.number), reverse=True)


def _check(query: str) -> None:
    if not query.strip():
        raise Invalid("search.query", field=("query",), limit=LONGEST)
    check_text(query, limit=LONGEST, field=("query",))


def _place(question: Question, found: Candidate, *, kindly: bool, below: int, above: int) -> Place:
    text = Found(found.words, found.labels, found.published_at)
    return Place(kindly, below, above, score(question.words, text), found.number, found.post_id)


async def _named(platform: Platform, kind: Kind, query: str) -> list[tuple[int, UUID]]:
    """Scores and ids, the best first: how well the name answers, then how much is said about it."""
    question = ask(query)
    found = await store.names(platform.database, kind, question.ways, MOST_NAMES)
    if not found:
        question = ask_kindly(query)
        found = await store.names(platform.database, kind, question.ways, MOST_NAMES)
    scored = ((_name_score(question, one), one.id) for one in found)
    return sorted(scored, reverse=True)


def _name_score(question: Question, name: Name) -> int:
    answer = relevance(question.words, Found(name.words, "", _BEGIN))
    return round(answer * 1_000) * 2**31 + min(name.posts, 2**31 - 1)
