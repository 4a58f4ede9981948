"""Members of a shop who follow and block each other, write, like, comment and share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from community.blocks import invariants as blocks_invariants
from community.blocks import service as blocks
from community.follows import invariants as follows_invariants
from community.follows import service as follows
from community.follows import store as follows_store
from community.follows.store import Counts
from infra.database import Sql
from tests.support.shop import Shop

INVARIANTS = (*follows_invariants.INVARIANTS, *blocks_invariants.INVARIANTS)


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

    async def counts(self, who: str) -> Counts:
        member = await self.member(who)
        return (await follows_store.counts(self.platform.database, [member]))[member]

    async def log(self, type_: str) -> list[tuple[UUID, dict[str, Any]]]:
        """What the log has of a type: whom it befell, and its attributes, oldest first."""
        rows = await self.platform.database.fetch(
            "SELECT member_id, attributes FROM activity WHERE type = $1 ORDER BY sequence", type_
        )
        return [(row["member_id"], orjson.loads(row["attributes"])) for row in rows]
