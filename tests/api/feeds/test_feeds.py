"""Feeds and search as an app asks for them."""

from __future__ import annotations

import pytest

from community.feeds.jobs import keep_trending
from community.search.indexing import index_waiting
from domain.errors import Invalid, Unauthenticated
from infra.ids import Kind, encode_id
from tests.support.authors import Authors
from tests.support.clients import Clients

FEED = """query ($kind: FeedKind, $topic: String, $product: ID, $after: String) {
  feed(kind: $kind, topic: $topic, productId: $product, first: 2, after: $after) {
    edges { cursor node { text } } nodes { text }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
SEARCH = """query ($q: String!, $after: String) {
  searchPosts(query: $q, first: 2, after: $after) {
    nodes { text } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
async def posts(authors: Authors, clients: Clients) -> Clients:
    """Three posts of C-1 about a topic and a product, of which the second is featured."""
    await authors.join("C-1", "C-2")
    for number in range(3):
        made = await authors.write("C-1", f"#口红 第{number}支", skus=("lip",))
        if number == 1:
            await authors.decide("feature", made, featured=True)
    await keep_trending(authors.platform)
    while await index_waiting(authors.platform.database):
        pass
    return clients


async def test_pages_follow_one_another(posts: Clients) -> None:
    for kind in ("LATEST", "TRENDING"):
        first = (await posts.ask(FEED, None, kind=kind))["feed"]
        after = first["pageInfo"]["endCursor"]
        rest = (await posts.ask(FEED, None, kind=kind, after=after))["feed"]
        texts = [one["text"] for one in (*first["nodes"], *rest["nodes"])]
        assert texts == ["#口红 第2支", "#口红 第1支", "#口红 第0支"]
        assert first["edges"][-1]["cursor"] == after
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
        assert rest["pageInfo"]["hasPreviousPage"] is True


async def test_without_a_kind_it_is_what_is_trending(posts: Clients) -> None:
    trending = await posts.ask(FEED, None, kind="TRENDING")
    assert await posts.ask("{ feed(first: 2) { nodes { text } } }") == {
        "feed": {"nodes": trending["feed"]["nodes"]}
    }
    assert await posts.ask(FEED, None, kind=None) == trending


async def test_feeds_are_narrowed(posts: Clients, authors: Authors) -> None:
    product = encode_id(Kind.PRODUCT, await authors.product("lip"))
    other = encode_id(Kind.PRODUCT, await authors.product("tea"))
    for wanted, count in (
        ({"topic": "口红"}, 2), ({"topic": "＃口红 "}, 2), ({"product": product}, 2),
        ({"topic": "口红", "product": product}, 2), ({"topic": "茶"}, 0), ({"product": other}, 0),
        ({"product": "x"}, 0), ({"topic": "\0"}, 0), ({"topic": "\ud800"}, 0), ({"topic": ""}, 0),
    ):  # fmt: skip
        found = await posts.ask(FEED, None, kind="LATEST", **wanted)
        assert len(found["feed"]["nodes"]) == count, wanted
    featured = await posts.ask(FEED, None, kind="FEATURED")
    assert featured["feed"]["nodes"] == [{"text": "#口红 第1支"}]


async def test_a_visitor_follows_nobody(posts: Clients) -> None:
    assert await posts.raised(FEED, None, kind="FOLLOWING") == [Unauthenticated]


async def test_members_read_those_whom_they_follow(posts: Clients, authors: Authors) -> None:
    assert (await posts.ask(FEED, "C-2", kind="FOLLOWING"))["feed"]["nodes"] == []
    await authors.platform.database.execute(
        "INSERT INTO member_follow VALUES ($1, $2, now())",
        await authors.member("C-2"), await authors.member("C-1"),
    )  # fmt: skip
    assert len((await posts.ask(FEED, "C-2", kind="FOLLOWING"))["feed"]["nodes"]) == 2


async def test_what_is_new_is_counted_from_the_first_cursor(
    posts: Clients, authors: Authors
) -> None:
    query = "query ($since: String!) { newPostCount(kind: LATEST, since: $since) }"
    page = (await posts.ask(FEED, None, kind="LATEST"))["feed"]["pageInfo"]
    since = page["startCursor"]
    assert await posts.ask(query, None, since=since) == {"newPostCount": 0}
    await authors.write("C-1", "新的")
    assert await posts.ask(query, None, since=since) == {"newPostCount": 1}
    assert await posts.raised(query, None, since="none") == [Invalid]


async def test_search_pages_through_posts(posts: Clients) -> None:
    first = (await posts.ask(SEARCH, None, q="口紅"))["searchPosts"]
    after = first["pageInfo"]["endCursor"]
    rest = (await posts.ask(SEARCH, None, q="口紅", after=after))["searchPosts"]
    assert [len(first["nodes"]), len(rest["nodes"])] == [2, 1]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert await posts.raised(SEARCH, None, q=" ") == [Invalid]
    assert await posts.raised(SEARCH, None, q="x" * 101) == [Invalid]


async def test_topics_and_products_are_searched(posts: Clients) -> None:
    topics = '{ searchTopics(query: "口") { name postCount } }'
    assert await posts.ask(topics) == {"searchTopics": [{"name": "口红", "postCount": 3}]}
    products = (
        '{ products(query: "li") { totalCount nodes { sku posts(first: 1) { nodes { text } } } } }'
    )
    assert (await posts.ask(products))["products"] == {
        "totalCount": 1,
        "nodes": [{"sku": "lip", "posts": {"nodes": [{"text": "#口红 第2支"}]}}],
    }


async def test_posts_of_many_products_are_pages_of_their_own(
    posts: Clients, authors: Authors
) -> None:
    await authors.write("C-1", "茶", skus=("tea", "lip"))
    query = (
        "{ products { nodes { sku posts(first: 2) { nodes { text } pageInfo { hasNextPage } } } } }"
    )
    found = (await posts.ask(query))["products"]["nodes"]
    assert {one["sku"]: [post["text"] for post in one["posts"]["nodes"]] for one in found} == {
        "lip": ["茶", "#口红 第2支"], "tea": ["茶"],
    }  # fmt: skip
    assert {one["sku"]: one["posts"]["pageInfo"]["hasNextPage"] for one in found} == {
        "lip": True, "tea": False,
    }  # fmt: skip
