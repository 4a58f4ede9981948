"""Members of a shop who follow and block each other, write, like, comment and share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from community.blocks import invariants as blocks_invariants
from community.blocks import service as blocks
from community.comments import invariants as comments_invariants
from community.comments import service as comments
from community.comments import store as comments_store
from community.comments.service import Draft
from community.comments.store import CommentRow
from community.follows import invariants as follows_invariants
from community.follows import service as follows
from community.follows import store as follows_store
from community.follows.store import Counts
from community.posts import writing
from community.posts.writing import Asked
from community.reactions import invariants as reactions_invariants
from community.reactions import service as reactions
from community.reactions.service import Wish
from community.shares import invariants as shares_invariants
from community.shares import service as shares
from domain.posts.visibility import Reader
from domain.posts.writing import Parts, Writing
from domain.reactions import Target
from infra.database import Sql
from infra.ids import new_id
from tests.support.shop import SHANGHAI, Shop

INVARIANTS = (
    *follows_invariants.INVARIANTS,
    *blocks_invariants.INVARIANTS,
    *reactions_invariants.INVARIANTS,
    *comments_invariants.INVARIANTS,
    *shares_invariants.INVARIANTS,
)


async def broken(sql: Sql) -> dict[str, list[tuple[Any, ...]]]:
    """The invariants that do not hold, with the rows that show it."""
    found = {one.name: await sql.fetch(one.violations) for one in INVARIANTS}
    return {name: [tuple(row) for row in rows] for name, rows in found.items() if rows}


@dataclass
class Neighbours(Shop):
    """Members are named by their customer numbers."""

    async def move_in(self, *refs: str) -> None:
        """Makes members of whom the log knows that they joined."""
        await self.tell(*(self.report("app.opened", f"first of {ref}", ref) for ref in refs))

    async def follow(self, who: str, whom: str) -> None:
        await follows.follow(self.platform, await self.member(who), await self.member(whom))

    async def unfollow(self, who: str, whom: str) -> None:
        await follows.unfollow(self.platform, await self.member(who), await self.member(whom))

    async def block(self, who: str, whom: str) -> None:
        await blocks.block(self.platform, await self.member(who), await self.member(whom))

    async def unblock(self, who: str, whom: str) -> None:
        await blocks.unblock(self.platform, await self.member(who), await self.member(whom))

    async def post(self, who: str, text: str = "a cup of tea", *, draft: bool = False) -> UUID:
        """A post that is published, unless it is a draft."""
        author = await self.member(who)
        asked = Asked(author, Writing(text), Parts(), draft, str(new_id()))
        return await writing.create(self.platform, asked, new_author_reviews=0)

    async def comment(
        self,
        who: str,
        post: UUID,
        text: str = "how nice",
        *,
        reply_to: UUID | None = None,
        key: str | None = None,
    ) -> UUID:
        member = await self.member(who)
        draft = Draft(Reader(member), member, post, text, reply_to, key or str(new_id()))
        return await comments.add(self.platform, draft)

    async def uncomment(self, who: str, comment: UUID) -> None:
        await comments.delete(self.platform, Reader(await self.member(who)), comment)

    async def comments(self, post: UUID, who: str | None = None) -> list[CommentRow]:
        """What a reader finds under a post."""
        reader = Reader(await self.member(who)) if who else Reader()
        now, sql = await self.platform.clock.now(), self.platform.database
        [page] = await comments_store.pages(sql, [post], reader, now, after=None, limit=100)
        return page

    async def comment_count(self, post: UUID) -> int:
        query = "SELECT comment_count FROM post WHERE id = $1"
        return int(await self.platform.database.fetchval(query, post))

    async def share(self, who: str, post: UUID) -> str:
        """The code of the link."""
        member = await self.member(who)
        return await shares.share(self.platform, Reader(member), member, post)

    async def visits(self, code: str) -> int:
        query = "SELECT visits FROM share WHERE code = $1"
        return int(await self.platform.database.fetchval(query, code))

    async def wish(
        self, who: str, subject: UUID, target: Target = Target.POST, *, liked: bool = True
    ) -> Wish:
        member = await self.member(who)
        return Wish(Reader(member), member, target, subject, liked)

    async def like(self, who: str, subject: UUID, target: Target = Target.POST) -> None:
        await reactions.wish(self.platform, SHANGHAI, await self.wish(who, subject, target))

    async def unlike(self, who: str, subject: UUID, target: Target = Target.POST) -> None:
        wanted = await self.wish(who, subject, target, liked=False)
        await reactions.wish(self.platform, SHANGHAI, wanted)

    async def likes(self, subject: UUID, target: Target = Target.POST) -> int:
        query = f"SELECT like_count FROM {target} WHERE id = $1"  # noqa: S608 - one of two
        return int(await self.platform.database.fetchval(query, subject))

    async def suspend(self, who: str) -> None:
        """From now on, for good."""
        await self.platform.database.execute(
            "INSERT INTO member_suspension (member_id, began_at, reason) VALUES ($1, $2, 'spam')",
            await self.member(who),
            await self.platform.clock.now(),
        )

    async def counts(self, who: str) -> Counts:
        member = await self.member(who)
        return (await follows_store.counts(self.platform.database, [member]))[member]

    async def log(self, type_: str) -> list[tuple[UUID, dict[str, Any]]]:
        """What the log has of a type: whom it befell, and its attributes, oldest first."""
        rows = await self.platform.database.fetch(
            "SELECT member_id, attributes FROM activity WHERE type = $1 ORDER BY sequence", type_
        )
        return [(row["member_id"], orjson.loads(row["attributes"])) for row in rows]
