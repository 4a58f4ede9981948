"""Every list that leads to a post, for the table of who sees it (`tests.support.sight`).

What lists are read from is made to know the post in every state, as it may for a moment: an order
that was worked out before, an index that has not been read anew. What is held against the table
is that each list asks the post itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from community.feeds import snapshots
from community.feeds.lists import EVERYTHING
from community.search.indexing import index_waiting
from community.search.reading import read
from community.search.store import post_keys
from infra.ids import Kind, encode_id, new_id
from tests.support.sight import AUTHOR, Path, Sight

FEED: Final = """query ($topic: String, $product: ID) {
  feed(kind: KIND, topic: $topic, productId: $product) { nodes { id } } }"""
SEARCH: Final = '{ searchPosts(query: "口红") { nodes { id } } }'
OF_PRODUCT: Final = '{ product(sku: "lip") { posts { nodes { id } } } }'
NOBODY: Final = frozenset({"visitor", AUTHOR})
"""Who follows nobody's posts: a visitor, and the author, who does not follow themselves."""


async def know(sight: Sight) -> None:
    """Lets everything that lists are read from know the post."""
    database, post_id = sight.authors.platform.database, sight.post_id
    while await index_waiting(database):
        pass
    for table in ("post_topic", "post_product"):
        await database.execute(f"UPDATE {table} SET published_at = now()")  # noqa: S608
    await database.execute(
        "UPDATE post SET featured_at = now(), published_at = coalesce(published_at, now())"
        " WHERE id = $1",
        post_id,
    )
    text = read("#口红 好看")
    await database.execute(
        "INSERT INTO post_document VALUES ($1, 1, now(), $2, ' ', $3) ON CONFLICT DO NOTHING",
        post_id, text.words, post_keys(1, sorted(text.keys)),
    )  # fmt: skip
    version = new_id()
    await database.execute(
        "INSERT INTO feed_snapshot VALUES ($1, now(), $2)", version, snapshots.packed([post_id])
    )
    await snapshots.copy(sight.authors.platform.redis, EVERYTHING, version, [post_id], fresh=None)
    await database.execute(
        "INSERT INTO member_follow SELECT id, $1, now() FROM member WHERE id <> $1"
        " ON CONFLICT DO NOTHING",
        await sight.authors.member(AUTHOR),
    )


def _feed(kind: str, *, topic: bool = False, product: bool = False) -> Path:
    async def find(sight: Sight, viewer: str) -> bool:
        if kind == "FOLLOWING" and viewer in NOBODY:
            return sight.listed_for(viewer)  # they have no such feed
        wanted: Mapping[str, object] = {
            "topic": "口红" if topic else None,
            "product": await _product(sight) if product else None,
        }
        found = await sight.ask(viewer, FEED.replace("KIND", kind), **wanted)
        return found["feed"]["nodes"] != []

    return find


async def _search(sight: Sight, viewer: str) -> bool:
    return (await sight.ask(viewer, SEARCH))["searchPosts"]["nodes"] != []


async def _of_product(sight: Sight, viewer: str) -> bool:
    return (await sight.ask(viewer, OF_PRODUCT))["product"]["posts"]["nodes"] != []


async def _news(sight: Sight, viewer: str) -> bool:
    """Whether the post is counted among what is new."""
    beginning = "WzEsMCwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0"  # 1970
    query = f'{{ newPostCount(kind: LATEST, since: "{beginning}") }}'
    return (await sight.ask(viewer, query))["newPostCount"] == 1


async def _product(sight: Sight) -> str:
    return encode_id(Kind.PRODUCT, await sight.authors.product("lip"))


LISTS: Final[dict[str, Path]] = {
    **{kind: _feed(kind) for kind in ("TRENDING", "LATEST", "FOLLOWING", "FEATURED")},
    **{
        f"{kind} of a {about}": _feed(kind, topic=about == "topic", product=about == "product")
        for kind in ("TRENDING", "LATEST", "FOLLOWING", "FEATURED")
        for about in ("topic", "product")
    },
    "Product.posts": _of_product,
    "searchPosts": _search,
    "newPostCount": _news,
}
