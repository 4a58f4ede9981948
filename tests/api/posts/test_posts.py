"""Posts as an app writes, shows and changes them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.members import Role
from gamification.programme import service
from tests.support.authors import Authors
from tests.support.clients import Clients

POST = """id text state topics rating revision featured verifiedPurchase publishedAt editedAt
  likeCount commentCount shareCount author { handle } images { id } products { sku }"""
CREATE = (
    "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { "
    + POST
    + " } userErrors { code field message } } }"
)
UPDATE = (
    "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { text topics revision "
    "rating state editedAt } userErrors { code field } } }"
)
REF = (
    "mutation ($input: PostRefInput!) {{ {verb}(input: $input) {{ post {{ id state }}"
    " userErrors {{ code field }} }} }}"
)
FEATURE = (
    "mutation ($input: FeaturePostInput!) { featurePost(input: $input) { post { featured }"
    " userErrors { code field } } }"
)


async def create(clients: Clients, who: str = "C-1", **more: object) -> Any:  # noqa: ANN401
    asked = {"text": "很好用 #口红", "idempotencyKey": "k", **more}
    return (await clients.ask(CREATE, who, input=asked))["createPost"]


async def test_a_post_is_written_and_shown(clients: Clients, authors: Authors) -> None:
    await authors.buy("O-1", "lip")
    await authors.product("lip")
    product = await clients.ask('{ product(sku: "lip") { id name rating } }')
    made = await create(clients, productIds=[product["product"]["id"]], topics=["#美妆"], rating=5)
    assert made["userErrors"] == []
    post = made["post"]
    assert (post["state"], post["topics"], post["rating"], post["revision"]) == (
        "PUBLISHED",
        ["美妆", "口红"],
        5,
        1,
    )
    assert (post["verifiedPurchase"], post["products"]) == (True, [{"sku": "lip"}])
    rated = await clients.ask('{ product(sku: "lip") { rating ratingCount } }')
    assert rated["product"] == {"rating": 5.0, "ratingCount": 1}


async def test_one_key_gives_one_post(clients: Clients) -> None:
    first, second = await create(clients), await create(clients)
    assert first["post"]["id"] == second["post"]["id"]
    other = await create(clients, text="另一篇")
    assert other["userErrors"][0]["code"] == "CONFLICT"


async def test_new_authors_wait(clients: Clients, authors: Authors) -> None:
    await service.save_settings(authors.platform, new_author_reviews=3)
    post = (await create(clients))["post"]
    assert (post["state"], post["publishedAt"]) == ("IN_REVIEW", None)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"text": "a" * 2001}, "INVALID", ["text"]),
        ({"text": "a\x00"}, "INVALID", ["text"]),
        ({"text": " "}, "INVALID", ["text"]),
        ({"rating": 6}, "INVALID", ["rating"]),
        ({"topics": ["x" * 31]}, "INVALID", ["topics", "0"]),
        ({"imageIds": ["nonsense"]}, "NOT_FOUND", ["imageIds", "0"]),
        ({"productIds": ["nonsense"]}, "NOT_FOUND", ["productIds", "0"]),
        ({"idempotencyKey": ""}, "INVALID", ["idempotencyKey"]),
    ],
)
async def test_what_is_wrong_is_refused_where_it_is(
    clients: Clients, changed: dict[str, object], code: str, field: list[str]
) -> None:
    [error] = (await create(clients, **changed))["userErrors"]
    assert (error["code"], error["field"]) == (code, field)


async def test_an_edit_raises_the_revision(clients: Clients) -> None:
    post = (await create(clients))["post"]
    changed = {"postId": post["id"], "text": "改了 #眼影", "rating": 4}
    found = (await clients.ask(UPDATE, "C-1", input=changed))["updatePost"]["post"]
    assert (found["text"], found["topics"], found["revision"], found["rating"]) == (
        "改了 #眼影",
        ["眼影"],
        2,
        4,
    )
    assert found["editedAt"] is not None


async def test_a_draft_is_published_and_a_post_deleted(clients: Clients) -> None:
    post = (await create(clients, draft=True))["post"]
    assert post["state"] == "DRAFT"
    for verb, state in (("publishPost", "PUBLISHED"), ("deletePost", "DELETED")):
        query = REF.format(verb=verb)
        found = (await clients.ask(query, "C-1", input={"postId": post["id"]}))[verb]
        assert found == {"post": {"id": post["id"], "state": state}, "userErrors": []}
    again = await clients.ask(REF.format(verb="deletePost"), "C-1", input={"postId": post["id"]})
    assert again["deletePost"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["postId"]}]


async def test_only_moderators_feature(clients: Clients) -> None:
    post = (await create(clients))["post"]
    asked = {"postId": post["id"], "featured": True}
    assert await clients.raised(FEATURE, "C-1", input=asked) != []
    found = await clients.ask(FEATURE, None, Role.MODERATOR, input=asked)
    assert found["featurePost"] == {"post": {"featured": True}, "userErrors": []}


async def test_an_author_pages_through_everything_of_their_own(
    clients: Clients, authors: Authors
) -> None:
    for n in range(5):
        await authors.write(text=f"第{n}篇", draft=n == 2)
    query = """query ($after: String) { me { posts(first: 2, after: $after) {
      nodes { text } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[str] = []
    after: str | None = None
    while True:
        page = (await clients.ask(query, "C-1", after=after))["me"]["posts"]
        seen += [one["text"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"第{n}篇" for n in (4, 3, 2, 1, 0)]


async def test_topics_come_with_the_most_posts_first(clients: Clients, authors: Authors) -> None:
    for text in ("#口红", "#口红 #眼影", "#口红 #眼影 #腮红"):
        await authors.write(text=text)
    found = (await clients.ask("{ topics(first: 2) { name postCount } }"))["topics"]
    assert found == [{"name": "口红", "postCount": 3}, {"name": "眼影", "postCount": 2}]


async def test_a_suspended_member_reads_why(clients: Clients, authors: Authors) -> None:
    await authors.suspend("C-1", days=7)
    [error] = (await create(clients))["userErrors"]
    assert error["code"] == "SUSPENDED"
    assert "spam" in error["message"]


async def test_a_statement_says_what_became_of_a_posts_points(
    clients: Clients, authors: Authors
) -> None:
    await authors.rule("post", "20", trigger="post.published")
    authors.reviews = 1
    post = await authors.write()
    await authors.settle()
    for verb in ("approve", "remove", "restore"):
        await authors.decide(verb, post)
    query = "{ me { points { entries { nodes { description amount pending confirmsAt } } } } }"
    nodes = (await clients.ask(query, "C-1"))["me"]["points"]["entries"]["nodes"]
    assert [(one["description"], one["amount"], one["pending"]) for one in reversed(nodes)] == [
        ("Yours once your post is approved: post", 20, True),
        ("Confirmed: post", 20, False),
        ("Taken back with your post: post", -20, False),
        ("Given back with your post: post", 20, False),
    ]
