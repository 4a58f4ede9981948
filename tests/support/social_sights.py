"""The paths of comments, likes and shares to a post, for the one table of who sees what.

Whoever may do something with a post is told why not, and whoever does not see it that there is
none: so each path tells whether the viewer sees it. Visitors cannot do anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Any, Final
from uuid import UUID

from community.comments import live, service
from community.comments import store as comments
from community.comments.store import CommentRow
from community.posts import store as posts
from domain.posts.visibility import PostState
from infra.ids import Kind, encode_id, new_id
from tests.support.sight import Path, Sight

COMMENTER: Final = "C-commenter"
"""Nothing stands between them and anybody."""


async def comment(sight: Sight) -> CommentRow:
    """A published comment on the post, in whatever state that is."""
    await sight.authors.join(COMMENTER)
    author, now = await sight.authors.member(COMMENTER), await sight.authors.platform.clock.now()
    made: UUID = new_id()
    row = CommentRow(made, sight.post_id, author, made, PostState.PUBLISHED, "hm", 1, now, None, 0)
    async with sight.authors.platform.database.transaction() as tx:
        await posts.hold(tx, sight.post_id)
        await comments.add(tx, row)
        await posts.add_counts(tx, {sight.post_id: (0, 1, 0)})
        live.announce(tx, sight.authors.platform.pubsub, row)
    return row


async def _comment_node(sight: Sight, viewer: str) -> bool:
    id_ = encode_id(Kind.COMMENT, (await comment(sight)).id)
    query = "query ($id: ID!) { node(id: $id) { ... on Comment { text post { id } } } }"
    return (await sight.ask(viewer, query, id=id_))["node"] is not None


async def _live_comments(sight: Sight, viewer: str) -> bool:
    platform, reader = sight.authors.platform, await sight.reader(viewer)
    async with aclosing(service.follow(platform, reader, sight.post_id)) as events:
        coming = asyncio.ensure_future(anext(events, None))
        topic = live.topic_of(sight.post_id)
        async with asyncio.timeout(30):
            while topic not in platform.pubsub._listeners and not coming.done():  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
                await asyncio.sleep(0.005)
            while not coming.done():
                await comment(sight)
                await asyncio.wait([coming], timeout=0.2)
            return coming.result() is not None


async def _doing(verb: str, kind: str, wanted: Callable[[Sight], Any], sight: Sight, viewer: str
) -> bool:  # fmt: skip
    """Whether the viewer is refused as if there were no post, or not."""
    query = f"mutation ($input: {kind}!) {{ {verb}(input: $input) {{ userErrors {{ code }} }} }}"
    errors = (await sight.ask(viewer, query, input=wanted(sight)))[verb]["userErrors"]
    return [one["code"] for one in errors] != ["NOT_FOUND"]


def _ref(sight: Sight) -> Any:  # noqa: ANN401 - JSON
    return {"postId": sight.global_id}


def _text(sight: Sight) -> Any:  # noqa: ANN401 - JSON
    return {"postId": sight.global_id, "text": "hm", "idempotencyKey": str(new_id())}


READING: Final[dict[str, Path]] = {"comment": _comment_node, "commentAdded": _live_comments}
DOING: Final[dict[str, Path]] = {
    "likePost": partial(_doing, "likePost", "PostRefInput", _ref),
    "unlikePost": partial(_doing, "unlikePost", "PostRefInput", _ref),
    "sharePost": partial(_doing, "sharePost", "PostRefInput", _ref),
    "addComment": partial(_doing, "addComment", "AddCommentInput", _text),
}
