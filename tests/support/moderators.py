"""Moderators of a shop: they claim what waits, decide about it, and think again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community.moderation import queue
from community.moderation.appeals import service as appeals
from community.moderation.appeals.service import Plea
from community.moderation.decisions import deciding as deciding_items
from community.moderation.decisions import undoing
from community.moderation.policies import service as policies
from community.moderation.policies.service import Draft
from community.moderation.queue import claims
from domain.errors import Refused
from domain.members import Role
from domain.moderation.deciding import Verdict
from domain.moderation.priority import Signal
from domain.moderation.subjects import Action, Origin, Subject, SubjectKind
from infra.database import Transaction
from infra.ids import new_id
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

    async def claim(self, who: str = "M-1", count: int = 1) -> list[UUID]:
        found = await claims.claim(self.platform, await self.member(who), count)
        return [one.id for one in found]

    async def judge(self, item: UUID, action: str, who: str = "M-1", **more: Any) -> UUID:  # noqa: ANN401
        """Decides about an item that the moderator holds; the decision."""
        verdict = Verdict(Action(action), **more)
        row = await deciding_items.decide(self.platform, await self.member(who), item, verdict)
        assert row.decision_id is not None
        return row.decision_id

    async def judge_each(
        self,
        items: Sequence[UUID],
        action: str,
        who: str = "M-1",
        **more: Any,  # noqa: ANN401
    ) -> list[UUID | Refused]:
        """Decides the same about each; the decisions, or why there is none."""
        verdict, moderator = Verdict(Action(action), **more), await self.member(who)
        found = await deciding_items.decide_each(self.platform, moderator, items, verdict)
        answers = [found[one] for one in items]
        return [one if isinstance(one, Refused) else one.decision_id or one.id for one in answers]

    async def settle_item(self, post: UUID, action: str, who: str = "M-1", **more: Any) -> UUID:  # noqa: ANN401
        """Queues a post, claims it and decides about it; the decision."""
        item = await self.put(post)
        await self.claim(who, 50)
        return await self.judge(item, action, who, **more)

    async def undo(self, decision: UUID, who: str = "M-1", *, admin: bool = False) -> UUID:
        row = await undoing.undo(self.platform, await self.member(who), decision, admin=admin)
        return row.id

    async def appeal(self, decision: UUID, who: str = "C-1", text: str = "我没有违规") -> UUID:
        """Appeals; the item of the appeal."""
        plea = Plea(await self.member(who), decision, text)
        made = await appeals.appeal(self.platform, plea)
        found: UUID = await self.platform.database.fetchval(
            "SELECT id FROM review_item WHERE appeal_id = $1", made.id
        )
        return found

    async def policy(self, key: str = "spam", *, editable: bool = False) -> str:
        draft = Draft(key, {"": key}, {"": f"不得发布{key}"}, editable=editable)
        await policies.save(self.platform, await self.member("A-1"), draft)
        return key

    async def report_post(self, post: UUID, who: str) -> UUID:
        """A report as it is written."""
        item = await self.put(post, ("reports", 1.0), origin=Origin.REPORT)
        await self.platform.database.execute(
            "INSERT INTO report (id, item_id, subject_id, author_id, reporter_id, reason,"
            " created_at) SELECT $1, i.id, i.subject_id, i.author_id, $3, 'SPAM', now()"
            " FROM review_item i WHERE i.id = $2",
            new_id(),
            item,
            await self.member(who),
        )
        return item

    async def actions(self) -> list[str]:
        """What the log of staff actions holds, oldest first."""
        rows = await self.platform.database.fetch("SELECT action FROM staff_action ORDER BY id")
        return [row["action"] for row in rows]

    async def dismiss(self, ref: str) -> None:
        """They are a shopper like everybody."""
        await self.platform.database.execute(
            "UPDATE member SET roles = '{SHOPPER}' WHERE id = $1", await self.member(ref)
        )

    async def written_before(self, who: str = "C-1") -> UUID:
        """A post that waits, of somebody who may not write any more."""
        member, sql = await self.member(who), self.platform.database
        held = await sql.fetch(
            "DELETE FROM member_suspension WHERE member_id = $1 RETURNING *", member
        )
        post = await self.write(who)
        for row in held:
            await sql.execute(
                "INSERT INTO member_suspension VALUES ($1, $2, $3, $4)", *row.values()
            )
        return post

    async def release_all(self, who: str) -> None:
        """Gives back whatever they hold."""
        member = await self.member(who)
        held = await self.platform.database.fetch(
            "SELECT id FROM review_item WHERE claimed_by = $1", member
        )
        for row in held:
            await claims.release(self.platform, member, row["id"])
