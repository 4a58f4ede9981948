"""A wall of posts, written straight into the tables, for tests that read lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from community.feeds.lists import Scope
from infra.database import Database
from infra.ids import new_id


@dataclass
class Wall:
    """`now` is when the next post is published; each is a minute newer than the one before."""

    database: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(days=30))

    async def topic(self, name: str) -> Scope:
        made = new_id()
        await self.database.execute(
            "INSERT INTO topic (id, key, name) VALUES ($1, $2, $2)", made, name
        )
        return Scope(topic_id=made)

    async def product(self, name: str) -> Scope:
        made = new_id()
        await self.database.execute(
            "INSERT INTO product (id, sku, name, saved_at) VALUES ($1, $2, $3, $4)",
            made, made.hex, name, self.now,
        )  # fmt: skip
        return Scope(product_id=made)

    async def post(
        self,
        author: UUID | None = None,
        text: str = "",
        *scopes: Scope,
        state: str = "PUBLISHED",
        at: datetime | None = None,
        featured: bool = False,
        likes: int = 0,
    ) -> UUID:
        self.now += timedelta(minutes=1)
        id_, when = new_id(), at or self.now
        await self.database.execute(
            "INSERT INTO post (id, author_id, state, text, created_at, submitted_at, published_at,"
            " featured_at, like_count, deleted_at)"
            " VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8)",
            id_, author or new_id(), state, text, when, when if featured else None, likes,
            when if state == "DELETED" else None,
        )  # fmt: skip
        for table, column in (("post_topic", "topic_id"), ("post_product", "product_id")):
            wanted = [found for one in scopes if (found := getattr(one, column)) is not None]
            await self.database.execute(
                f"INSERT INTO {table} (post_id, position, {column}, published_at)"  # noqa: S608
                " SELECT $1, place, one, $3 FROM unnest($2::uuid[]) WITH ORDINALITY t (one, place)",
                id_, wanted, when if state == "PUBLISHED" else None,
            )  # fmt: skip
        return id_

    async def posts(self, count: int, *scopes: Scope, author: UUID | None = None) -> list[UUID]:
        """Newest first."""
        made = [await self.post(author, f"post {n}", *scopes) for n in range(count)]
        return made[::-1]

    async def like(self, post_id: UUID, times: int = 1) -> None:
        await self.database.execute(
            "UPDATE post SET like_count = like_count + $2 WHERE id = $1", post_id, times
        )

    async def delete(self, *post_ids: UUID) -> None:
        await self._leaves("DELETED", post_ids)

    async def remove(self, *post_ids: UUID) -> None:
        await self._leaves("REMOVED", post_ids)

    async def edit(self, post_id: UUID, text: str) -> None:
        await self.database.execute(
            "UPDATE post SET text = $2, revision = revision + 1 WHERE id = $1", post_id, text
        )

    async def follow(self, follower: UUID, *followed: UUID) -> None:
        await self.database.execute(
            "INSERT INTO member_follow SELECT $1, one, $3 FROM unnest($2::uuid[]) one",
            follower, followed, self.now,
        )  # fmt: skip

    async def block(self, blocker: UUID, blocked: UUID) -> None:
        await self.database.execute(
            "INSERT INTO member_block VALUES ($1, $2, $3)", blocker, blocked, self.now
        )

    async def suspend(self, member: UUID) -> None:
        await self.database.execute(
            "INSERT INTO member_suspension VALUES ($1, $2, NULL, 'spam')", member, self.now
        )

    async def _leaves(self, state: str, post_ids: Sequence[UUID]) -> None:
        await self.database.execute(
            "UPDATE post SET state = $2, deleted_at = CASE $2 WHEN 'DELETED' THEN $3::timestamptz"
            " END WHERE id = ANY($1)",
            post_ids, state, self.now,
        )  # fmt: skip
        for table in ("post_topic", "post_product"):
            await self.database.execute(
                f"UPDATE {table} SET published_at = NULL WHERE post_id = ANY($1)",  # noqa: S608
                post_ids,
            )
