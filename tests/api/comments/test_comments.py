"""Comments and likes as clients meet them."""

from typing import Any
from uuid import UUID

import pytest

from domain.errors import Unauthenticated
from domain.members import Role
from infra.i18n import Locale
from infra.ids import Kind, encode_id

Clients = Any
ADD = """mutation ($input: AddCommentInput!) { addComment(input: $input) {
  comment { id text revision state likeCount viewerLiked replyTo { id } post { id commentCount }
    author { id } } userErrors { code field message } } }"""


def global_id(post: UUID) -> str:
    return encode_id(Kind.POST, post)


async def add(clients: Clients, who: str | None, post: UUID, text: str, **more: Any) -> Any:  # noqa: ANN401
    locale = more.pop("locale", Locale.EN)
    wanted = {"postId": global_id(post), "text": text, "idempotencyKey": text} | more
    return (await clients.ask(ADD, who, locale=locale, input=wanted))["addComment"]


async def test_a_comment_and_its_reply_are_found_under_the_post(clients: Clients) -> None:
    post = await clients.shop.post("ana")
    made = (await add(clients, "bo", post, "好看"))["comment"]
    reply = (await add(clients, "ana", post, "谢谢", replyToId=made["id"]))["comment"]
    assert made["author"] == {"id": encode_id(Kind.MEMBER, await clients.shop.member("bo"))}
    assert (made["state"], made["revision"]) == ("PUBLISHED", 1)
    assert (made["replyTo"], reply["replyTo"]) == (None, {"id": made["id"]})
    assert reply["post"] == {"id": global_id(post), "commentCount": 2}
    page = """query ($id: ID!, $after: String) { post(id: $id) { comments(first: 1, after: $after) {
      nodes { text } pageInfo { hasNextPage endCursor } } } }"""
    first = (await clients.ask(page, id=global_id(post)))["post"]["comments"]
    after = first["pageInfo"]["endCursor"]
    rest = (await clients.ask(page, id=global_id(post), after=after))["post"]["comments"]
    assert first["nodes"] + rest["nodes"] == [{"text": "好看"}, {"text": "谢谢"}]
    assert not rest["pageInfo"]["hasNextPage"]


async def test_a_comment_is_a_node_for_whom_may_see_it(clients: Clients) -> None:
    post = await clients.shop.post("ana")
    made = (await add(clients, "bo", post, "hm"))["comment"]
    query = "query ($id: ID!) { node(id: $id) { ... on Comment { text } } }"
    await clients.shop.block("bo", "cy")
    assert (await clients.ask(query, id=made["id"]))["node"] == {"text": "hm"}
    assert (await clients.ask(query, "cy", id=made["id"]))["node"] is None
    assert (await clients.ask(query, "cy", Role.MODERATOR, id=made["id"]))["node"] is not None


async def test_likes_show_to_everybody_and_as_ones_own(clients: Clients) -> None:
    post = await clients.shop.post("ana")
    comment = encode_id(Kind.COMMENT, await clients.shop.comment("bo", post))
    asked = {
        "likePost": ("PostRefInput", {"postId": global_id(post)}, "post"),
        "likeComment": ("CommentRefInput", {"commentId": comment}, "comment"),
    }
    for verb, (kind, wanted, what) in asked.items():
        for name, count in ((verb, 1), (verb, 1), (f"un{verb}", 0), (f"un{verb}", 0)):
            query = (
                f"mutation ($input: {kind}!) {{ {name}(input: $input) {{"
                f" {what} {{ likeCount viewerLiked }} userErrors {{ code }} }} }}"
            )
            done = (await clients.ask(query, "cy", input=wanted))[name]
            liked = {"likeCount": count, "viewerLiked": bool(count)}
            assert done == {what: liked, "userErrors": []}


@pytest.mark.parametrize(
    ("verb", "kind", "wanted"),
    [
        ("likePost", "PostRefInput", {"postId": "nonsense"}),
        ("unlikePost", "PostRefInput", {"postId": encode_id(Kind.COMMENT, UUID(int=1))}),
        ("likeComment", "CommentRefInput", {"commentId": encode_id(Kind.POST, UUID(int=1))}),
        ("unlikeComment", "CommentRefInput", {"commentId": encode_id(Kind.COMMENT, UUID(int=1))}),
        ("deleteComment", "CommentRefInput", {"commentId": encode_id(Kind.COMMENT, UUID(int=1))}),
        (
            "addComment",
            "AddCommentInput",
            {"postId": encode_id(Kind.POST, UUID(int=1)), "text": "a", "idempotencyKey": "a"},
        ),
    ],
)
async def test_what_is_not_there_is_not_found(
    clients: Clients, verb: str, kind: str, wanted: dict[str, str]
) -> None:
    query = (
        f"mutation ($input: {kind}!) {{ {verb}(input: $input) {{ userErrors {{ code field }} }} }}"
    )
    [error] = (await clients.ask(query, "ana", input=wanted))[verb]["userErrors"]
    assert error == {"code": "NOT_FOUND", "field": [next(iter(wanted))]}
    assert await clients.raised(query, None, input=wanted) == [Unauthenticated]


@pytest.mark.parametrize("locale", list(Locale))
async def test_refusals_are_in_the_readers_language(clients: Clients, locale: Locale) -> None:
    say = clients.services.platform.catalogue.say
    draft, post = await clients.shop.post("ana", draft=True), await clients.shop.post("ana")
    other = encode_id(Kind.COMMENT, await clients.shop.comment("bo", post))
    [refused] = (await add(clients, "ana", draft, "a", locale=locale))["userErrors"]
    assert refused["message"] == say("comment.not_published", locale)
    for verb, kind, wanted, reason in (
        ("likePost", "PostRefInput", {"postId": global_id(draft)}, "like.not_published"),
        ("deleteComment", "CommentRefInput", {"commentId": other}, "comment.not_yours"),
    ):
        who = "ana" if verb == "likePost" else "cy"
        query = (
            f"mutation ($i: {kind}!) {{ {verb}(input: $i) {{ userErrors {{ code message }} }} }}"
        )
        [error] = (await clients.ask(query, who, locale=locale, i=wanted))[verb]["userErrors"]
        assert error == {"code": "NOT_ALLOWED", "message": say(reason, locale)}
