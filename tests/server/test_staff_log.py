"""The log of staff as a command prints it: whole, in order, between two moments."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from server import commands
from tests.support.moderators import Moderators


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> Moderators:
    made = Moderators(platform, programmes, reviews=9)
    await made.open()
    await made.policy("spam")
    return made


async def printed(
    office: Moderators, since: datetime | None = None, until: datetime | None = None
) -> list[Any]:
    laurels = cast("Any", SimpleNamespace(platform=office.platform))
    return [json.loads(line) async for line in commands.staff_log(laurels, since, until)]


async def test_every_action_is_a_line_oldest_first(office: Moderators) -> None:
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    await office.undo(decision)
    lines = await printed(office)
    assert [one["action"] for one in lines][-2:] == ["REJECT", "UNDO"]
    assert len(lines) == await office.count("staff_action")
    assert all(one["before"] != one["after"] for one in lines)


async def test_a_stretch_begins_with_its_first_moment_and_ends_before_its_last(
    office: Moderators,
) -> None:
    for _ in range(3):
        await office.settle_item(await office.write(), "APPROVE")
        await office.let_pass(minutes=5)
    lines = [one for one in await printed(office) if one["action"] == "APPROVE"]
    first, second, third = (datetime.fromisoformat(one["at"]) for one in lines)
    between = await printed(office, second, third)
    assert [one["id"] for one in between] == [lines[1]["id"]]
    assert await printed(office, third, first) == []
