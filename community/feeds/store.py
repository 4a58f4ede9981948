"""Posts in feeds, read from PostgreSQL with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from community.feeds.lists import OF_PRODUCTS, Listing
from community.posts.store import COLUMNS, PostRow, post_of
from community.visibility.predicate import listed
from domain.posts.visibility import Reader
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands in a list that is ordered by a time."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Listed:
    """A post in such a list."""

    at: datetime
    post: PostRow


_VISIBLE: Final = (
    f"SELECT {COLUMNS} FROM unnest($4::uuid[]) WITH ORDINALITY w (id, place) JOIN post p USING (id)"  # noqa: S608
    f" WHERE {listed('p', reader='$1', staff='$2', now='$3')} ORDER BY w.place LIMIT $5"
)


async def page(
    sql: Sql, reader: Reader, now: datetime, listing: Listing, behind: Place, limit: int
) -> list[Listed]:
    """Up to `limit` posts of the list that stand behind a place."""
    rows = await sql.fetch(
        listing.page, *_who(reader, now), behind.at, behind.id, limit, *listing.args
    )
    return [Listed(row["at"], post_of(row)) for row in rows]


async def of_products(
    sql: Sql,
    reader: Reader,
    now: datetime,
    product_ids: Sequence[UUID],
    *,
    behind: Place,
    limit: int,
) -> dict[UUID, list[Listed]]:
    """For each product up to `limit` posts about it that stand behind a place."""
    args = (*_who(reader, now), behind.at, behind.id, limit, product_ids)
    found: dict[UUID, list[Listed]] = {one: [] for one in product_ids}
    for row in await sql.fetch(OF_PRODUCTS, *args):
        found[row["product_id"]].append(Listed(row["at"], post_of(row)))
    return found


async def newer(
    sql: Sql, reader: Reader, now: datetime, listing: Listing, than: Place, most: int
) -> int:
    """How many posts of the list stand before a place, counted up to `most`."""
    return int(
        await sql.fetchval(listing.newer, *_who(reader, now), than.at, than.id, most, *listing.args)
    )


async def visible(
    sql: Sql, reader: Reader, now: datetime, post_ids: Sequence[UUID], limit: int
) -> list[PostRow]:
    """Those of the posts that lists show to the reader, in their order, up to `limit`."""
    rows = await sql.fetch(_VISIBLE, *_who(reader, now), post_ids, limit)
    return [post_of(row) for row in rows]


async def topic_id(sql: Sql, key: str) -> UUID | None:
    """The topic with this key (`domain.posts.writing.topic_key`)."""
    found: UUID | None = await sql.fetchval("SELECT id FROM topic WHERE key = $1", key)
    return found


def _who(reader: Reader, now: datetime) -> tuple[UUID | None, bool, datetime]:
    return reader.member_id, reader.staff, now
