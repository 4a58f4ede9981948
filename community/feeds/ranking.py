"""What is trending, worked out by PostgreSQL: `domain.feeds.trending` in SQL.

A test compares the two. Here it is one statement that gives a thousand ids; there it can be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from community.feeds.lists import Scope
from domain.feeds import CANDIDATES, KEPT
from domain.feeds.trending import COMMENT, FALL, HEAD_START, RISE, SHARE
from infra.database import Sql

SCOPED_CANDIDATES: Final = 300
"""The newest posts of a topic or a product, among which its hottest are looked for."""

_COLUMNS: Final = "p.id, p.author_id, p.published_at, p.like_count, p.comment_count, p.share_count"
_NEWEST: Final = (
    f"SELECT {_COLUMNS} FROM post p WHERE p.state = 'PUBLISHED'"  # noqa: S608 - own columns
    " ORDER BY p.published_at DESC, p.id DESC LIMIT $2"
)
_OF_TOPIC: Final = (
    f"SELECT {_COLUMNS} FROM post_topic l JOIN post p ON p.id = l.post_id"  # noqa: S608
    " WHERE l.topic_id = $3 AND l.published_at IS NOT NULL AND p.state = 'PUBLISHED'"
    " ORDER BY l.published_at DESC, l.post_id DESC LIMIT $2"
)
_OF_PRODUCT: Final = (
    f"SELECT {_COLUMNS} FROM post_product l JOIN post p ON p.id = l.post_id"  # noqa: S608
    " WHERE l.product_id = $3 AND l.published_at IS NOT NULL AND p.state = 'PUBLISHED'"
    " ORDER BY l.published_at DESC, l.post_id DESC LIMIT $2"
)
_WITH_TOPIC: Final = (
    " AND EXISTS (SELECT FROM post_topic x WHERE x.post_id = p.id AND x.topic_id = $4) ORDER BY"
)

_SAID: Final = f"1 + like_count + {COMMENT} * comment_count + {SHARE} * share_count"
_HOURS: Final = "greatest(extract(epoch FROM $1::timestamptz - published_at), 0)::float8 / 3600"
_HEAT: Final = f"power(({_SAID})::float8, {RISE}) / power({_HOURS} + {HEAD_START}, {FALL})"
_TIES: Final = "published_at DESC, id DESC"
_HOTTEST: Final = (
    "SELECT id FROM ("  # noqa: S608 - own text
    " SELECT id, published_at, heat / row_number()"
    f"  OVER (PARTITION BY author_id ORDER BY heat DESC, {_TIES}) AS score"
    f" FROM (SELECT id, author_id, published_at, {_HEAT} AS heat FROM ({{candidates}}) n) h"
    f") s ORDER BY score DESC, {_TIES} LIMIT {KEPT}"
)


async def hottest(sql: Sql, now: datetime, scope: Scope) -> list[UUID]:
    """The trending posts of this scope, hottest first, whoever may see them."""
    limit = SCOPED_CANDIDATES if scope.name else CANDIDATES
    args = [one for one in (scope.product_id, scope.topic_id) if one is not None]
    query = _HOTTEST.format(candidates=_candidates(scope))
    return [row["id"] for row in await sql.fetch(query, now, limit, *args)]


def _candidates(scope: Scope) -> str:
    if scope.product_id is None:
        return _NEWEST if scope.topic_id is None else _OF_TOPIC
    if scope.topic_id is None:
        return _OF_PRODUCT
    return _OF_PRODUCT.replace(" ORDER BY", _WITH_TOPIC)
