"""Moderators of a shop: they claim what waits, decide about it, and think again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from community.moderation import queue
from domain.members import Role
from domain.moderation.priority import Signal
from domain.moderation.subjects import Origin, Subject, SubjectKind
from infra.database import Transaction
from members import store as members
from tests.support.authors import Authors


@dataclass
class Moderators(Authors):
    """Members and staff are named by their customer numbers."""

    async def open(self) -> None:
        """C-1 and C-2 are members, M-1 and M-2 moderators, A-1 is an admin."""
        refs = ("C-1", "C-2", "M-1", "M-2", "A-1")
        await self.tell(*(self.report("app.opened", f"hello {ref}", ref) for ref in refs))
        await self.hire(Role.MODERATOR, "M-1", "M-2")
        await self.hire(Role.ADMIN, "A-1")

    async def hire(self, role: Role, *refs: str) -> None:
        ids = [await self.member(ref) for ref in refs]
        await members.add_role(self.platform.database, ids, role)

    async def put(
        self,
        subject_id: UUID,
        *signals: tuple[str, float],
        kind: SubjectKind = SubjectKind.POST,
        origin: Origin = Origin.AUTOMATIC,
        author: str = "C-1",
    ) -> UUID:
        """Queues something; its item."""
        subject = Subject(kind, subject_id, await self.member(author))
        found = [Signal(key, weight, {}) for key, weight in signals or [("words", 1.0)]]

        async def work(tx: Transaction) -> UUID:
            now = await self.platform.clock.now(tx)
            return await queue.put(tx, self.platform, subject, origin, found, now=now)

        return await self.platform.database.in_transaction(work)
