"""The demo's community comes in by the verbs of any shop, once, however often it is told."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from domain.calendar import day_of
from infra.database import Database
from server.demo_community import living
from server.demo_community.script import Ending, Script, read_script
from server.demo_community.timeline import LEAD
from server.demo_plan import FOLDER
from server.terminal import Advance
from server.wiring import Laurels
from tests.support.shop import SHANGHAI

COUNTED: Final = (
    "member", "activity", "post", "comment", "member_like", "member_follow", "share", "product",
    "shop_order", "member_image",
)  # fmt: skip


@pytest.fixture
def script() -> Script:
    """A few of its posts, with everything that can happen to one, and a face or two."""
    whole = read_script(FOLDER)
    others = [one for one in whole.pieces if one.ending is not Ending.PUBLISHED]
    return replace(
        whole,
        authors=(*whole.authors[:2], *(replace(one, face=None) for one in whole.authors[2:])),
        listeners=whole.listeners[:4],
        pieces=(*whole.pieces[:4], others[0], others[-1]),
    )


@pytest.fixture
async def begun(laurels: Laurels) -> datetime:
    return await laurels.platform.clock.now()


async def counts(database: Database) -> Counter[str]:
    return Counter(
        {one: await database.fetchval(f"SELECT count(*) FROM {one}") for one in COUNTED}  # noqa: S608
    )


async def states(database: Database) -> Counter[str]:
    rows = await database.fetch("SELECT state FROM post")
    return Counter(row["state"] for row in rows)


async def test_posts_come_as_far_as_they_should(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    assert await states(laurels.platform.database) == {"PUBLISHED": 4, "DRAFT": 1, "IN_REVIEW": 1}


async def test_a_moderator_has_gone_through_the_queue_but_for_what_is_left_to_try(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    database = laurels.platform.database
    open_ones = await database.fetch(
        "SELECT p.state FROM review_item i JOIN post p ON p.id = i.subject_id"
        " WHERE i.decided_at IS NULL AND i.due_at < $1",
        begun,
    )
    assert {row["state"] for row in open_ones} <= {"IN_REVIEW"}
    decided = await database.fetch("SELECT action, told_at FROM decision")
    assert {row["action"] for row in decided} == {"APPROVE"}
    assert all(row["told_at"] < begun for row in decided)


async def test_each_post_is_of_its_own_day(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    rows = await laurels.platform.database.fetch("SELECT text, created_at FROM post")
    written = {row["text"]: day_of(row["created_at"], SHANGHAI) for row in rows}
    today = day_of(begun, SHANGHAI)
    for piece in script.pieces:
        if piece.day is not None:
            assert written[piece.text] == today - timedelta(days=piece.day)


async def test_nothing_of_it_lies_after_the_start_or_before_the_story(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    row = await laurels.platform.database.fetchrow(
        "SELECT min(received_at) AS first, max(received_at) AS last FROM activity"
    )
    assert row is not None
    assert begun - LEAD <= row["first"] < row["last"] < begun


async def test_whoever_writes_about_a_product_bought_it(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    proven = await laurels.platform.database.fetchval(
        "SELECT count(*) FROM post WHERE verified_purchase"
    )
    assert proven == sum(bool(piece.skus) and piece.bought for piece in script.pieces)


async def test_telling_it_again_changes_nothing(
    laurels: Laurels, script: Script, begun: datetime
) -> None:
    await living.live(laurels, script, begun=begun)
    once = await counts(laurels.platform.database)
    await living.live(laurels, script, begun=begun)
    assert await counts(laurels.platform.database) == once


class BrokenOff(Exception):
    """Stands for a process that ends in the middle."""


def stopping(steps: int) -> Advance:
    """Breaks off after so many."""
    left = steps

    def advance(step: int) -> None:
        nonlocal left
        left -= step
        if left <= 0:
            raise BrokenOff

    return advance


@pytest.mark.parametrize("steps", [20, 40, 70])
async def test_what_was_broken_off_goes_on(
    laurels: Laurels,
    script: Script,
    begun: datetime,
    steps: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(living, "progress", lambda _title, _total: nullcontext(stopping(steps)))
        with pytest.raises(BrokenOff):
            await living.live(laurels, script, begun=begun)
    await living.live(laurels, script, begun=begun)
    assert await states(laurels.platform.database) == {"PUBLISHED": 4, "DRAFT": 1, "IN_REVIEW": 1}
    remarks = sum(len(piece.remarks) for piece in script.pieces)
    assert (await counts(laurels.platform.database))["comment"] == remarks
