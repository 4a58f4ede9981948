"""A home screen of posts by hand: statements for this screen alone, and dictionaries."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from api.execution.compiler.times import show_date_time
from community.feeds.lists import EVERYTHING
from community.visibility.predicate import listed
from infra.ids import Kind, encode_id
from infra.paging import keyset
from infra.platform import Platform
from infra.redis import reaching_redis

FIRST: Final = 20
SCREEN: Final = """query Home($first: Int) { feed(kind: TRENDING, first: $first) {
  nodes {
    id text rating verifiedPurchase featured state publishedAt editedAt revision
    likeCount commentCount shareCount viewerLiked topics
    author { id handle displayName viewerFollows avatar { url thumbhash } }
    images { url width height thumbhash color }
    products { id sku name rating image { url } }
    comments(first: 3) { nodes { text likeCount viewerLiked author { displayName } } }
  }
  pageInfo { hasNextPage startCursor endCursor }
} }"""

_PLACES: Final = keyset(UUID, int)
_SHOWN: Final = listed("p", reader="$1", staff="false", now="now()")
_POSTS: Final = f"""
SELECT p.id, p.text, p.rating, p.verified_purchase, p.featured_at, p.state, p.published_at,
  p.edited_at, p.revision, p.like_count, p.comment_count, p.share_count, m.id AS author_id,
  m.handle, m.display_name, i.thumbhash, i.widths, i.objects,
  EXISTS (SELECT FROM member_like l WHERE l.member_id = $1 AND l.subject_id = p.id) AS liked,
  EXISTS (SELECT FROM member_follow f WHERE f.follower_id = $1 AND f.followed_id = m.id) AS followed
FROM unnest($2::uuid[]) WITH ORDINALITY w (id, place) JOIN post p USING (id)
JOIN member m ON m.id = p.author_id LEFT JOIN image i ON i.id = m.avatar_image_id
WHERE {_SHOWN} ORDER BY w.place LIMIT {FIRST + 1}
"""  # noqa: S608 - own text
_IMAGES: Final = """
SELECT x.post_id, i.widths, i.heights, i.objects, i.thumbhash, i.color
FROM post_image x JOIN image i ON i.id = x.image_id WHERE x.post_id = ANY($1)
ORDER BY x.post_id, x.position
"""
_PRODUCTS: Final = """
SELECT x.post_id, d.id, d.sku, d.name, d.rating_sum, d.rating_count, i.widths, i.objects
FROM post_product x JOIN product d ON d.id = x.product_id LEFT JOIN image i ON i.id = d.image_id
WHERE x.post_id = ANY($1) ORDER BY x.post_id, x.position
"""
_TOPICS: Final = """
SELECT x.post_id, t.name FROM post_topic x JOIN topic t ON t.id = x.topic_id
WHERE x.post_id = ANY($1) ORDER BY x.post_id, x.position
"""
_COMMENTS: Final = f"""
SELECT c.*, m.display_name,
  EXISTS (SELECT FROM member_like l WHERE l.member_id = $1 AND l.subject_id = c.id) AS liked
FROM unnest($2::uuid[]) w (id) CROSS JOIN LATERAL (
  SELECT p.id, p.post_id, p.text, p.like_count, p.author_id, p.thread_id FROM comment p
  WHERE p.post_id = w.id AND {_SHOWN} ORDER BY p.thread_id, p.id LIMIT 3) c
JOIN member m ON m.id = c.author_id ORDER BY c.post_id, c.thread_id, c.id
"""  # noqa: S608

Hanging = dict[UUID, list[Any]]


async def answer(platform: Platform, reader: UUID) -> bytes:
    """The response's body, for a member of the shop."""
    async with reaching_redis():
        key = f"{{feed:{EVERYTHING.name or 'all'}}}:present"
        held = await platform.redis.getrange(key, 0, 16 * (FIRST + 12) - 1)
    assert isinstance(held, bytes)
    ids = [UUID(bytes=held[at : at + 16]) for at in range(16, len(held), 16)]
    rows = await platform.database.fetch(_POSTS, reader, ids)
    shown = [row["id"] for row in rows[:FIRST]]
    hanging = await _hanging(platform, reader, shown)
    nodes = [_post(row, *(one[row["id"]] for one in hanging)) for row in rows[:FIRST]]
    info = {
        "hasNextPage": len(rows) > FIRST,
        "startCursor": _cursor(held, ids.index(shown[0])),
        "endCursor": _cursor(held, ids.index(shown[-1])),
    }
    return orjson.dumps({"data": {"feed": {"nodes": nodes, "pageInfo": info}}})


async def _hanging(platform: Platform, reader: UUID, shown: Sequence[UUID]) -> list[Hanging]:
    sql = platform.database
    topics, images, products = [
        _by_post(await sql.fetch(query, shown)) for query in (_TOPICS, _IMAGES, _PRODUCTS)
    ]
    return [topics, images, products, _by_post(await sql.fetch(_COMMENTS, reader, shown))]


def _by_post(rows: Sequence[asyncpg.Record]) -> Hanging:
    found: Hanging = defaultdict(list)
    for row in rows:
        found[row["post_id"]].append(row)
    return found


def _cursor(held: bytes, place: int) -> str:
    key = (UUID(bytes=held[:16]), place)
    return _PLACES.window(1, None).page([key], key=lambda one: one).cursors[0]


def _post(
    row: asyncpg.Record,
    topics: list[Any],
    images: list[Any],
    products: list[Any],
    comments: list[Any],
) -> dict[str, Any]:
    return {
        "id": encode_id(Kind.POST, row["id"]),
        "text": row["text"],
        "rating": row["rating"],
        "verifiedPurchase": row["verified_purchase"],
        "featured": row["featured_at"] is not None,
        "state": row["state"],
        "publishedAt": show_date_time(row["published_at"]),
        "editedAt": row["edited_at"] and show_date_time(row["edited_at"]),
        "revision": row["revision"],
        "likeCount": row["like_count"],
        "commentCount": row["comment_count"],
        "shareCount": row["share_count"],
        "viewerLiked": row["liked"],
        "topics": [one["name"] for one in topics],
        "author": _author(row),
        "images": [_image(one) for one in images],
        "products": [_product(one) for one in products],
        "comments": {"nodes": [_comment(one) for one in comments]},
    }


def _author(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": encode_id(Kind.MEMBER, row["author_id"]),
        "handle": row["handle"],
        "displayName": row["display_name"],
        "viewerFollows": row["followed"],
        "avatar": None if row["objects"] is None else _avatar(row),
    }


def _avatar(row: asyncpg.Record) -> dict[str, Any]:
    return {"url": _url(row), "thumbhash": b64encode(row["thumbhash"]).decode()}


def _image(one: asyncpg.Record) -> dict[str, Any]:
    return {
        "url": _url(one),
        "width": one["widths"][0],
        "height": one["heights"][0],
        "thumbhash": b64encode(one["thumbhash"]).decode(),
        "color": one["color"],
    }


def _product(one: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": encode_id(Kind.PRODUCT, one["id"]),
        "sku": one["sku"],
        "name": one["name"],
        "rating": one["rating_sum"] / one["rating_count"] if one["rating_count"] else None,
        "image": None if one["objects"] is None else {"url": _url(one)},
    }


def _comment(one: asyncpg.Record) -> dict[str, Any]:
    return {
        "text": one["text"],
        "likeCount": one["like_count"],
        "viewerLiked": one["liked"],
        "author": {"displayName": one["display_name"]},
    }


def _url(image: asyncpg.Record) -> str:
    sizes = zip(image["objects"], image["widths"], strict=True)
    wide = [name for name, width in sizes if width >= 640]  # noqa: PLR2004 - as the API's default
    return f"/media/{wide[-1] if wide else image['objects'][0]}"
