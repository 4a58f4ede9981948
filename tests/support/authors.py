"""Authors of a shop: they write posts, staff decides about them, the engine rewards them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson

from community.posts import deciding, store, writing
from community.posts.store import PostRow
from community.posts.writing import Asked, Edit
from community.products import service as products
from community.products import store as products_store
from domain.posts.visibility import PostState
from domain.posts.writing import Parts, Writing
from domain.products import ProductDraft
from gamification.engine.consumer import Consumer
from infra.database import Transaction
from infra.ids import new_id
from tests.support.shop import Shop


@dataclass
class Authors(Shop):
    """Members are named by their customer numbers. `reviews` is of how many posts a new author."""

    reviews: int = 0

    async def write(
        self,
        who: str = "C-1",
        text: str = "很好用",
        *,
        topics: tuple[str, ...] = (),
        rating: int | None = None,
        skus: tuple[str, ...] = (),
        images: tuple[UUID, ...] = (),
        draft: bool = False,
        key: str | None = None,
    ) -> UUID:
        asked = Asked(
            author_id=await self.member(who),
            writing=Writing(text, topics, rating),
            parts=Parts(images, tuple([await self.product(sku) for sku in skus])),
            draft=draft,
            key=key or str(new_id()),
        )
        return await writing.create(self.platform, asked, new_author_reviews=self.reviews)

    async def publish(self, post_id: UUID, who: str = "C-1") -> None:
        member = await self.member(who)
        await writing.publish(self.platform, member, post_id, new_author_reviews=self.reviews)

    async def edit(self, post_id: UUID, who: str = "C-1", **changes: Any) -> None:  # noqa: ANN401
        await writing.update(self.platform, await self.member(who), post_id, Edit(**changes))

    async def delete(self, post_id: UUID, who: str = "C-1") -> None:
        await writing.delete(self.platform, await self.member(who), post_id)

    async def decide(self, verb: str, post_id: UUID, **more: Any) -> PostRow:  # noqa: ANN401
        """`approve`, `reject`, `recall`, `remove`, `restore`, `feature`."""

        async def work(tx: Transaction) -> PostRow:
            done = getattr(deciding, verb)(tx, self.platform, post_id, **more)
            return cast("PostRow", await done)

        return await self.platform.database.in_transaction(work)

    async def post(self, post_id: UUID) -> PostRow:
        async with self.platform.database.transaction() as tx:
            found = await store.hold(tx, post_id)
        assert found is not None
        return found

    async def state(self, post_id: UUID) -> PostState:
        return (await self.post(post_id)).state

    async def product(self, sku: str) -> UUID:
        """The product with this sku, saved where there is none yet."""
        if await products_store.by_sku(self.platform.database, sku) is None:
            await products.save(self.platform, [ProductDraft(sku, sku)], currency="CNY")
        found = await products_store.by_sku(self.platform.database, sku)
        assert found is not None
        return found.id

    async def buy(self, order: str, *skus: str, who: str = "C-1") -> None:
        items = [{"sku": sku, "name": sku, "quantity": 1, "price": "9.00"} for sku in skus]
        [result] = await self.tell(self.paid(order, "9.00", who, items=items))
        assert result.refused is None

    async def suspend(self, who: str, *, days: int | None = None) -> None:
        await self.platform.database.execute(
            "INSERT INTO member_suspension (member_id, began_at, ends_at, reason)"
            " VALUES ($1, $2, $2::timestamptz + make_interval(days => $3), 'spam')",
            await self.member(who),
            await self.platform.clock.now(),
            days,
        )

    async def settle(self) -> None:
        """Lets everything that waits be applied."""
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        while await self.waiting():
            await consumer.run_once()
        await consumer.stop()

    async def told(self, type_: str) -> list[dict[str, Any]]:
        """The attributes of the activities of a type, oldest first."""
        rows = await self.platform.database.fetch(
            "SELECT attributes FROM activity WHERE type = $1 ORDER BY sequence", type_
        )
        return [orjson.loads(row["attributes"]) for row in rows]

    async def points(self, who: str = "C-1") -> tuple[int, int]:
        """Available and pending."""
        balance = await self.balance(who)
        return balance.available, balance.pending

    async def lots(self) -> list[tuple[datetime, int]]:
        rows = await self.platform.database.fetch(
            "SELECT expires_at, remaining FROM points_lot WHERE remaining > 0 ORDER BY expires_at"
        )
        return [(row["expires_at"], row["remaining"]) for row in rows]
