"""The feeds that are ordered by a time, as SQL: where a page of each is read, and what is newer.

Each statement takes who reads ($1, null for a visitor), whether that is staff ($2), the
programme's present time ($3), a place in the list ($4, $5), a limit ($6), and from $7 on what the
feed is about. An index holds each feed in its order, so that a page costs its length, wherever it
lies. What the reader may not see is passed over until the page is full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from community.posts.store import COLUMNS
from community.visibility.predicate import author_is_shown, listed
from domain.feeds import FeedKind

_SHOWN: Final = listed("p", reader="$1", staff="$2", now="$3")
_TOPIC: Final = "EXISTS (SELECT FROM post_topic x WHERE x.post_id = p.id AND x.topic_id = {})"
_PRODUCT: Final = "EXISTS (SELECT FROM post_product x WHERE x.post_id = p.id AND x.product_id = {})"
_FOLLOWED: Final = (
    "EXISTS (SELECT FROM member_follow x WHERE x.follower_id = $1 AND x.followed_id = p.author_id)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed is narrowed to: posts with a topic, about a product, or both."""

    topic_id: UUID | None = None
    product_id: UUID | None = None

    @property
    def name(self) -> str:
        """For keys; empty for all posts."""
        parts = (("topic", self.topic_id), ("product", self.product_id))
        return ":".join(f"{name}:{id_.hex}" for name, id_ in parts if id_ is not None)


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class Listing:
    """Two statements over the same list, and what they take from $7 on."""

    page: str
    newer: str
    args: tuple[UUID, ...] = ()


def listing(kind: FeedKind, scope: Scope) -> Listing:
    """The feed of this kind; what is trending is listed newest first here."""
    if kind is FeedKind.FEATURED:
        narrowed, args = _narrowed(scope)
        return _listing(
            "post p", ("p.featured_at", "p.id"), ["p.featured_at IS NOT NULL", *narrowed], args
        )
    if kind is FeedKind.FOLLOWING and not scope.name:
        return _FOLLOWING
    return _newest(scope, [_FOLLOWED] if kind is FeedKind.FOLLOWING else [])


def _newest(scope: Scope, conditions: list[str]) -> Listing:
    """By the index of the product or the topic, where there is one."""
    if scope.product_id is not None:
        table, first = "post_product", scope.product_id
        rest, args = _narrowed(Scope(topic_id=scope.topic_id), taken=1)
    elif scope.topic_id is not None:
        table, first, rest, args = "post_topic", scope.topic_id, [], ()
    else:
        return _listing("post p", ("p.published_at", "p.id"), conditions, ())
    column = table.replace("post_", "l.") + "_id"
    about = [f"{column} = $7", "l.published_at IS NOT NULL", *rest, *conditions]
    source = f"{table} l JOIN post p ON p.id = l.post_id"
    return _listing(source, ("l.published_at", "l.post_id"), about, (first, *args))


def _narrowed(scope: Scope, *, taken: int = 0) -> tuple[list[str], tuple[UUID, ...]]:
    """Conditions for a list that is read by another index, with parameters behind those taken."""
    wanted = ((_TOPIC, scope.topic_id), (_PRODUCT, scope.product_id))
    given = [(text, id_) for text, id_ in wanted if id_ is not None]
    conditions = [text.format(f"${n}") for n, (text, _) in enumerate(given, start=7 + taken)]
    return conditions, tuple(id_ for _, id_ in given)


def _listing(
    source: str, key: tuple[str, str], conditions: list[str], args: tuple[UUID, ...]
) -> Listing:
    at, id_ = key
    where = " AND ".join([*conditions, _SHOWN])
    return Listing(
        page=f"SELECT {at} AS at, {COLUMNS} FROM {source}"  # noqa: S608 - own text
        f" WHERE {where} AND ({at}, {id_}) < ($4, $5) ORDER BY {at} DESC, {id_} DESC LIMIT $6",
        newer=f"SELECT count(*) FROM (SELECT FROM {source} WHERE {where}"  # noqa: S608 - own text
        f" AND ({at}, {id_}) > ($4, $5) LIMIT $6) n",
        args=args,
    )


# Of those whom the reader follows, only as many can be on a page as it is long: the ones whose
# next post is the newest. They are found by one look into the index for each, and only then read.
_SHOWN_AUTHOR: Final = author_is_shown("f.followed_id", reader="$1", staff="$2", now="$3")
_POST_OF: Final = (
    "p.author_id = {} AND p.state = 'PUBLISHED' AND (p.published_at, p.id) {} ($4, $5)"
)
_BY_TIME: Final = "ORDER BY p.published_at DESC, p.id DESC"
_FOLLOWING: Final = Listing(
    page="SELECT p.published_at AS at, p.* FROM ("  # noqa: S608 - own text
    "  SELECT f.followed_id FROM member_follow f CROSS JOIN LATERAL ("
    "   SELECT p.published_at, p.id FROM post p"
    f"  WHERE {_POST_OF.format('f.followed_id', '<')} {_BY_TIME} LIMIT 1) p"
    f" WHERE f.follower_id = $1 AND {_SHOWN_AUTHOR} {_BY_TIME} LIMIT $6) a"
    " CROSS JOIN LATERAL ("
    f" SELECT {COLUMNS} FROM post p"
    f" WHERE {_POST_OF.format('a.followed_id', '<')} {_BY_TIME} LIMIT $6) p"
    f" {_BY_TIME} LIMIT $6",
    newer="SELECT count(*) FROM (SELECT FROM member_follow f CROSS JOIN LATERAL ("  # noqa: S608 - own text
    f"  SELECT FROM post p WHERE {_POST_OF.format('f.followed_id', '>')} LIMIT $6) p"
    f" WHERE f.follower_id = $1 AND {_SHOWN_AUTHOR} LIMIT $6) n",
)

OF_PRODUCTS: Final = (
    "SELECT m.id AS product_id, f.* FROM unnest($7::uuid[]) WITH ORDINALITY m (id, n)"  # noqa: S608
    f" CROSS JOIN LATERAL ({_newest(Scope(product_id=UUID(int=0)), []).page.replace('$7', 'm.id')})"
    " f ORDER BY m.n, f.at DESC, f.id DESC"
)
"""A page of the newest posts of each of several products ($7)."""
