"""Whatever is reported, decided, undone and appealed in whatever order: reporters know what the
decisions in force say of their reports, and accuracy and trust count just that.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from community.moderation import standing
from community.moderation.decisions import telling
from community.moderation.reports import outcomes
from domain.errors import NotAllowed
from domain.moderation.standing import COUNTS_FOR
from tests.support.moderators import Moderators
from tests.support.reporters import report

REPORTERS = ("C-2", "A-1", *(f"R-{n}" for n in range(8)))


@dataclass
class Decided:
    """A decision of the model, at its place among all that happened."""

    id: UUID
    action: str
    at: int
    undone: bool = False
    overturned: bool = False


@dataclass
class Model:
    """What happened to one post, oldest first."""

    step: int = 0
    decided: list[Decided] = field(default_factory=list[Decided])
    reported: dict[str, int] = field(default_factory=dict[str, int])
    settled: int = 0
    """Decisions up to here are not undone any more: an appeal was answered after them."""

    def outcome(self, who: str) -> str | None:
        for one in self.decided:
            if one.at > self.reported[who] and not one.undone:
                upheld = one.action in {"REMOVE", "WARN"} and not one.overturned
                return "UPHELD" if upheld else "DISMISSED"
        return None


class Walk:
    def __init__(self, office: Moderators, post: UUID, seed: int) -> None:
        self.office, self.post, self.model = office, post, Model()
        self.chance = random.Random(seed)  # noqa: S311 - a test

    async def step(self) -> str:
        self.model.step += 1
        verb = self.chance.choice(
            ["complain", "complain", "decide", "decide", "undo", "appeal", "appeal"]
        )
        await getattr(self, verb)()
        return verb

    async def complain(self) -> None:
        left = [one for one in REPORTERS if one not in self.model.reported]
        if not left or await self.office.state(self.post) != "PUBLISHED":
            return
        await report(self.office, self.post, left[0])
        self.model.reported[left[0]] = self.model.step

    async def decide(self) -> None:
        action = self.chance.choice(["APPROVE", "WARN", "REMOVE", "RESTORE"])
        item = await self.office.put(self.post)
        await self.office.claim("M-1", 50)
        policy = "spam" if action in {"WARN", "REMOVE"} else None
        try:
            made = await self.office.judge(item, action, policy=policy, revision=1)
        except NotAllowed:  # not in this state
            return
        self.model.decided.append(Decided(made, action, self.model.step))

    async def undo(self) -> None:
        force = [one for one in self.model.decided[self.model.settled :] if not one.undone]
        if force:
            await self.office.undo(force[-1].id)
            force[-1].undone = True

    async def appeal(self) -> None:
        force = [one for one in self.model.decided[self.model.settled :] if not one.undone]
        if not force or force[-1].action not in {"REMOVE", "WARN"}:
            return
        item = await self.office.appeal(force[-1].id)
        await self.office.claim("M-2", 50)
        force[-1].overturned = self.chance.random() < 0.6
        answer = "RESTORE" if force[-1].overturned else "REMOVE"
        await self.office.judge(item, answer, "M-2", revision=1)
        await self.office.release_all("M-2")
        self.model.settled = len(self.model.decided)

    async def knows(self) -> dict[str, str | None]:
        """What each reporter was told last."""
        rows = await self.office.platform.database.fetch(
            "SELECT m.customer_ref, r.told FROM report r JOIN member m ON m.id = r.reporter_id"
        )
        return {row["customer_ref"]: row["told"] for row in rows}


@pytest.mark.parametrize("seed", range(6))
async def test_reporters_know_what_is_in_force(office: Moderators, seed: int) -> None:
    await office.policy("spam")
    await office.tell(*(office.report("app.opened", f"hi {one}", one) for one in REPORTERS))
    walk, done = Walk(office, await office.write(), seed), list[str]()
    for _ in range(16):
        done.append(await walk.step())
        await office.let_pass(seconds=10)
        await telling.tell_next(office.platform)
        expected = {one: walk.model.outcome(one) for one in walk.model.reported}
        assert await walk.knows() == expected, done
        await _counted(office, expected, done)


async def _counted(office: Moderators, expected: dict[str, str | None], done: list[str]) -> None:
    """Accuracy counts what is known, and strikes are those of warnings in force."""
    now, sql = await office.platform.clock.now(), office.platform.database
    ids = {one: await office.member(one) for one in expected}
    counts = await outcomes.counts_of(sql, ids.values(), now - COUNTS_FOR)
    for who, outcome in expected.items():
        upheld, dismissed = counts.get(ids[who], (0, 0))
        assert (upheld, dismissed) == (outcome == "UPHELD", outcome == "DISMISSED"), done
    author = await office.member("C-1")
    found = (await standing.records_of(sql, [author], now))[author]
    warned = "decision WHERE action = 'WARN' AND reversed_at IS NULL AND overrules_id IS NULL"
    assert found.strikes == await office.count(warned), done
