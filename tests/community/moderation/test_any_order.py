"""Whatever is done in whatever order, everything is as the decisions in force imply.

Report, approve, reject, edit, undo, remove, restore, feature, appeal, answer, delete: by a plain
model of what a post is and earns beside the shop itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from domain.badges import BadgeDraft
from domain.boards import BoardDraft, Period
from domain.errors import Refused
from domain.metrics import Measure, MetricDefinition
from domain.posts.visibility import PostState
from gamification.badges import service as badges
from gamification.leaderboards import service as boards
from gamification.programme import store as programme_store
from tests.support.moderators import Moderators
from tests.support.shop import SHANGHAI

POST, STAR = 20, 50


@dataclass
class Taken:
    """A decision that the model remembers: what was before it."""

    id: UUID
    action: str
    was: tuple[PostState, bool, bool]
    became: tuple[PostState, bool, bool]


@dataclass
class Model:
    """A post as (state, featured, repairable), and the decisions in force, oldest first."""

    now: tuple[PostState, bool, bool] = (PostState.IN_REVIEW, False, False)
    taken: list[Taken] = field(default_factory=list[Taken])

    def points(self) -> tuple[int, int]:
        """Available and pending."""
        state, featured, repairable = self.now
        worth = POST + (STAR if featured else 0)
        if state is PostState.PUBLISHED:
            return worth, 0
        waits = state is PostState.IN_REVIEW or repairable
        return (0, worth) if waits else (0, 0)


def decided(now: tuple[PostState, bool, bool], action: str) -> tuple[PostState, bool, bool]:
    """What a decision makes of a post."""
    _, featured, _ = now
    return {
        "APPROVE": (PostState.PUBLISHED, featured, False),
        "FEATURE": (PostState.PUBLISHED, True, False),
        "RESTORE": (PostState.PUBLISHED, featured, False),
        "REJECT": (PostState.REJECTED, featured, False),
        "MEND": (PostState.REJECTED, featured, True),
        "REMOVE": (PostState.REMOVED, featured, False),
    }[action]


FROM = {
    "APPROVE": {PostState.IN_REVIEW, PostState.PUBLISHED},
    "FEATURE": {PostState.IN_REVIEW, PostState.PUBLISHED},
    "REJECT": {PostState.IN_REVIEW},
    "MEND": {PostState.IN_REVIEW},
    "REMOVE": {PostState.PUBLISHED},
    "RESTORE": {PostState.REJECTED, PostState.REMOVED},
}


class Walk:
    """One post through a random life."""

    def __init__(self, office: Moderators, post: UUID, seed: int) -> None:
        self.office, self.post, self.model = office, post, Model()
        self.chance = random.Random(seed)  # noqa: S311 - a test

    async def step(self) -> str:
        verb = self.chance.choice(["decide", "decide", "undo", "report", "edit", "appeal"])
        await getattr(self, verb)()
        return verb

    async def report(self) -> None:
        await self.office.put(self.post, ("reports", 1.0))

    async def edit(self) -> None:
        """Only what may be mended moves; editing anything else moves nothing."""
        state, featured, repairable = self.model.now
        final = state is PostState.REJECTED and not repairable
        if final or state is PostState.REMOVED:
            with pytest.raises(Refused):
                await self.office.edit(self.post, text="x")
            return
        await self.office.edit(self.post, text=str(self.chance.random()))
        if repairable:
            self.model.now = (PostState.IN_REVIEW, featured, False)

    async def decide(self) -> None:
        action = self.chance.choice(sorted(FROM))
        item = await self.office.put(self.post)
        await self.office.claim("M-1", 50)
        policy = {"REJECT": "spam", "MEND": "blurred", "REMOVE": "spam"}.get(action)
        asked = "REJECT" if action == "MEND" else action
        revision = (await self.office.post(self.post)).revision
        if self.model.now[0] not in FROM[action]:
            with pytest.raises(Refused):
                await self.office.judge(item, asked, policy=policy, revision=revision)
            return
        made = await self.office.judge(item, asked, policy=policy, revision=revision)
        was, became = self.model.now, decided(self.model.now, action)
        self.model.now = became
        self.model.taken.append(Taken(made, action, was, became))

    async def undo(self) -> None:
        """The last one; where the author has moved on since, the post stays where it is."""
        if not self.model.taken:
            return
        last = self.model.taken.pop()
        await self.office.undo(last.id)
        if self.model.now[0] is last.became[0]:
            featured = last.was[1] if last.action == "FEATURE" else self.model.now[1]
            self.model.now = (last.was[0], featured, last.was[2])

    async def appeal(self) -> None:
        """Against the last decision, and somebody else overturns it or not."""
        if not self.model.taken or self.model.taken[-1].action not in {"REJECT", "MEND", "REMOVE"}:
            return
        last = self.model.taken.pop()
        item = await self.office.appeal(last.id)
        await self.office.claim("M-2", 50)
        overturns = self.chance.random() < 0.5
        revision = (await self.office.post(self.post)).revision
        answer = "RESTORE" if overturns else "REMOVE"
        await self.office.judge(item, answer, "M-2", revision=revision)
        await self.office.release_all("M-2")
        if overturns and self.model.now[0] is last.became[0]:
            self.model.now = (PostState.PUBLISHED, self.model.now[1], False)
        self.model.taken.clear()  # what came before it is settled: it is not undone any more


async def _stakes(office: Moderators) -> None:
    """A badge that can be taken back for the first post, and a board of posts."""
    definition = MetricDefinition(("post.published",), None, Measure.COUNT)
    await badges.save_badge(
        office.platform,
        office.programmes.expressions,
        BadgeDraft("writer", "writer", "about writers", definition, (1,), revocable=True),
        zone=SHANGHAI,
        changed=programme_store.bump,
    )
    draft = BoardDraft(
        key="posts", name="posts", unit="posts", period=Period.ALL_TIME, metric=definition
    )
    await boards.save(
        office.platform,
        draft,
        zone=SHANGHAI,
        names=lambda _: frozenset(),
        changed=programme_store.bump,
    )
    await office.platform.database.execute("UPDATE leaderboard SET complete = true")


async def _stands(office: Moderators) -> tuple[int, int]:
    """The level of the badge, and the score on the board, of C-1."""
    sql, member = office.platform.database, await office.member("C-1")
    level = await sql.fetchval("SELECT max(level) FROM badge_award WHERE member_id = $1", member)
    score = await sql.fetchval("SELECT max(value) FROM standing WHERE member_id = $1", member)
    return int(level or 0), int(score or 0)


@pytest.mark.parametrize("seed", range(6))
async def test_everything_is_as_the_decisions_in_force_imply(office: Moderators, seed: int) -> None:
    await office.rule("post", str(POST), trigger="post.published")
    await office.rule("star", str(STAR), trigger="post.featured")
    await office.measure_tiers(triggers=("post.published",), measure=Measure.COUNT, attribute=None)
    await _stakes(office)
    await office.policy("spam")
    await office.policy("blurred", editable=True)
    office.reviews = 99
    walk = Walk(office, await office.write(), seed)
    done: list[str] = []
    for _ in range(14):
        done.append(await walk.step())
        await office.settle()
        row = await office.post(walk.post)
        found = (row.state, row.featured_at is not None, row.repairable)
        assert found == walk.model.now, done
        assert await office.points() == walk.model.points(), done
        counted = await office.platform.database.fetchval(
            "SELECT coalesce(max(value), 0) FROM metric_day"
        )
        shown = 1 if row.state is PostState.PUBLISHED else 0
        assert counted == shown, done
        assert await _stands(office) == (shown, shown), done
