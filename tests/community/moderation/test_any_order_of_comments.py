"""Whatever is done with a comment in whatever order, it is counted and paid as the decisions in
force imply: by a plain model beside the shop itself.
"""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from community.comments import service as comments
from community.comments.service import Draft
from domain.errors import Refused
from domain.moderation.subjects import SubjectKind
from domain.posts.visibility import Reader
from infra.ids import new_id
from tests.support.moderators import Moderators

FROM = {"APPROVE": "PUBLISHED", "REMOVE": "PUBLISHED", "RESTORE": "REMOVED"}
BECOMES = {"APPROVE": "PUBLISHED", "REMOVE": "REMOVED", "RESTORE": "PUBLISHED"}
WORD = 5


class Walk:
    """One comment through a random life."""

    def __init__(self, office: Moderators, post: UUID, comment: UUID, seed: int) -> None:
        self.office, self.post, self.comment = office, post, comment
        self.state, self.taken = "PUBLISHED", list[tuple[UUID, str, str]]()
        self.chance = random.Random(seed)  # noqa: S311 - a test

    async def step(self) -> str:
        verb = self.chance.choice(["decide", "decide", "decide", "undo", "appeal", "delete"])
        if verb != "delete" or self.chance.random() < 0.2:
            await getattr(self, verb)()
        return verb

    async def decide(self) -> None:
        action = self.chance.choice(sorted(FROM))
        item = await self.office.put(self.comment, kind=SubjectKind.COMMENT, author="C-2")
        await self.office.claim("M-1", 50)
        policy = "spam" if action == "REMOVE" else None
        if self.state not in {FROM[action], "DELETED"}:
            with pytest.raises(Refused):
                await self.office.judge(item, action, policy=policy, revision=1)
            return
        made = await self.office.judge(item, action, policy=policy, revision=1)
        was, self.state = self.state, self.state if self.gone else BECOMES[action]
        self.taken.append((made, was, self.state))

    async def undo(self) -> None:
        if self.taken:
            made, was, became = self.taken.pop()
            await self.office.undo(made)
            self.state = was if self.state == became else self.state

    async def appeal(self) -> None:
        """Against a removal; somebody else overturns it or not."""
        if not self.taken or (self.taken[-1][1], self.taken[-1][2]) != ("PUBLISHED", "REMOVED"):
            return
        made, _, became = self.taken.pop()
        item = await self.office.appeal(made, "C-2")
        await self.office.claim("M-2", 50)
        overturns = self.chance.random() < 0.5
        answer = "RESTORE" if overturns else "REMOVE"
        await self.office.judge(item, answer, "M-2", revision=1)
        await self.office.release_all("M-2")
        if overturns and self.state == became:
            self.state = "PUBLISHED"
        self.taken.clear()  # what came before it is settled: it is not undone any more

    async def delete(self) -> None:
        reader = Reader(await self.office.member("C-2"))
        if not self.gone:
            await comments.delete(self.office.platform, reader, self.comment)
            self.state = "DELETED"

    @property
    def gone(self) -> bool:
        return self.state == "DELETED"


@pytest.mark.parametrize("seed", range(5))
async def test_a_comment_is_as_the_decisions_in_force_imply(office: Moderators, seed: int) -> None:
    await office.rule("word", str(WORD), trigger="comment.published")
    await office.policy("spam")
    post, member = await office.write(), await office.member("C-2")
    draft = Draft(Reader(member), member, post, "好用吗？", None, str(new_id()))
    walk = Walk(office, post, await comments.add(office.platform, draft), seed)
    done: list[str] = []
    for _ in range(14):
        done.append(await walk.step())
        await office.settle()
        state = await office.platform.database.fetchval(
            "SELECT state FROM comment WHERE id = $1", walk.comment
        )
        shown = walk.state == "PUBLISHED"
        assert state == walk.state, done
        assert await office.points("C-2") == (WORD * shown, 0), done
        assert (await office.post(post)).comment_count == shown, done
