"""Who sees a post in which state: one table, which every path to a post is held against.

A path answers whether a viewer finds the post by it. Those of `BY_ID` are held against the whole
table; those of `LISTS` show published posts only. A slice that leads to posts by another path adds
it to one of the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from community.blocks import service as blocks
from community.posts import following, live, store
from domain.members import Role
from domain.posts.visibility import PostState, Reader
from infra.ids import Kind, encode_id
from tests.support.authors import Authors
from tests.support.clients import Clients

AUTHOR: Final = "author"
VIEWERS: Final = ("visitor", "stranger", AUTHOR, "moderator", "admin", "blocked", "blocker",
                  "blocked-moderator")  # fmt: skip
_STAFF: Final[Mapping[str, Role]] = {
    "moderator": Role.MODERATOR,
    "admin": Role.ADMIN,
    "blocked-moderator": Role.MODERATOR,
}

TABLE: Final[Mapping[str, str]] = {
    "DRAFT": "author",
    "IN_REVIEW": "author moderator admin blocked-moderator",
    "PUBLISHED": "visitor stranger author moderator admin blocked-moderator",
    "PUBLISHED, its author suspended": "author moderator admin blocked-moderator",
    "PUBLISHED, its author suspended once": "visitor stranger author moderator admin "
                                            "blocked-moderator",
    "REJECTED": "author moderator admin blocked-moderator",
    "REMOVED": "author moderator admin blocked-moderator",
    "DELETED": "moderator admin blocked-moderator",
    "DELETED 31 days ago": "",
    "DELETED, a draft": "",
}  # fmt: skip
"""Who sees a post by its id. `blocked` was blocked by the author, `blocker` blocks the author."""


@dataclass
class Sight:
    """A post of the author in one of the rows of the table."""

    authors: Authors
    clients: Clients
    row: str
    post_id: UUID = field(init=False)

    @property
    def global_id(self) -> str:
        return encode_id(Kind.POST, self.post_id)

    @classmethod
    async def of(cls, authors: Authors, clients: Clients, row: str) -> Sight:
        sight = cls(authors, clients, row)
        await authors.join(*(one for one in VIEWERS if one != "visitor"))
        for who, whom in (
            (AUTHOR, "blocked"),
            ("blocker", AUTHOR),
            (AUTHOR, "blocked-moderator"),
        ):
            platform = authors.platform
            await blocks.block(platform, await authors.member(who), await authors.member(whom))
        await sight._write()
        return sight

    def seen_by(self, viewer: str) -> bool:
        return viewer in TABLE[self.row].split()

    def listed_for(self, viewer: str) -> bool:
        return self.row.startswith("PUBLISHED") and self.seen_by(viewer)

    async def ask(self, viewer: str, query: str, **variables: object) -> Any:  # noqa: ANN401
        """What the viewer is answered over the API."""
        roles = (_STAFF[viewer],) if viewer in _STAFF else ()
        who = None if viewer == "visitor" else viewer
        return await self.clients.ask(query, who, *roles, **variables)  # type: ignore[arg-type]

    async def reader(self, viewer: str) -> Reader:
        if viewer == "visitor":
            return Reader()
        return Reader(await self.authors.member(viewer), staff=viewer in _STAFF)

    async def _write(self) -> None:
        authors, row = self.authors, self.row
        state = row.split(maxsplit=1)[0].rstrip(",")
        authors.reviews = int(state in {"IN_REVIEW", "REJECTED"})
        draft = state == "DRAFT" or row.endswith("a draft")
        self.post_id = await authors.write(AUTHOR, "#口红 好看", skus=("lip",), draft=draft)
        match PostState(state):
            case PostState.REJECTED:
                await authors.decide("reject", self.post_id, repairable=False)
            case PostState.REMOVED:
                await authors.decide("remove", self.post_id)
            case PostState.DELETED:
                await authors.delete(self.post_id, AUTHOR)
            case _:
                pass
        if "suspended" in row:
            await authors.suspend(AUTHOR, days=7)
        if row.endswith(("ago", "once")):
            await authors.platform.clock.advance(timedelta(days=31))


Path = Callable[[Sight, str], Awaitable[bool]]


async def _by_store(sight: Sight, viewer: str) -> bool:
    platform = sight.authors.platform
    now, reader = await platform.clock.now(), await sight.reader(viewer)
    return bool(await store.visible(platform.database, [sight.post_id], reader, now))


async def _by_query(sight: Sight, viewer: str) -> bool:
    query = "query ($id: ID!) { post(id: $id) { id text } }"
    return (await sight.ask(viewer, query, id=sight.global_id))["post"] is not None


async def _by_node(sight: Sight, viewer: str) -> bool:
    query = "query ($id: ID!) { node(id: $id) { id } }"
    return (await sight.ask(viewer, query, id=sight.global_id))["node"] is not None


async def _by_nodes(sight: Sight, viewer: str) -> bool:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    return (await sight.ask(viewer, query, ids=[sight.global_id]))["nodes"] != [None]


async def _live(sight: Sight, viewer: str) -> bool:
    """Follows the post, and lets something change where the viewer listens."""
    platform, reader = sight.authors.platform, await sight.reader(viewer)
    author_id = await sight.authors.member(AUTHOR)
    async with aclosing(following.follow(platform, reader, sight.post_id)) as events:
        coming = asyncio.ensure_future(anext(events))
        topic = live.topic_of(author_id)
        async with asyncio.timeout(30):
            while topic not in platform.pubsub._listeners and not coming.done():  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
                await asyncio.sleep(0.005)
            if not coming.done():
                async with platform.pubsub.listen("ready"):
                    pass
                async with platform.database.transaction() as tx:
                    await store.add_counts(tx, {sight.post_id: (1, 0, 0)})
                    live.announce(tx, platform.pubsub, author_id, [sight.post_id])
            return await coming is not None


async def _of_member(sight: Sight, viewer: str) -> bool:
    handle = (await sight.ask(AUTHOR, "{ me { handle } }"))["me"]["handle"]
    query = "query ($h: String!) { member(handle: $h) { posts { nodes { id } } } }"
    found = await sight.ask(viewer, query, h=handle)
    return bool(found["member"]["posts"]["nodes"])


BY_ID: Final[dict[str, Path]] = {
    "store": _by_store,
    "post": _by_query,
    "node": _by_node,
    "nodes": _by_nodes,
    "postChanged": _live,
}
LISTS: Final[dict[str, Path]] = {"Member.posts": _of_member}

__all__ = ["BY_ID", "LISTS", "TABLE", "VIEWERS", "Path", "Sight"]
