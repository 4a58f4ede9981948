"""Reporters are told how it ended, once it cannot be undone in silence, and when it changes."""

from __future__ import annotations

from typing import Any

import pytest

from community.moderation.decisions import telling
from infra.ids import Kind, encode_id
from messaging.notifications import telling as notifications
from tests.support.moderators import Moderators
from tests.support.reporters import report


@pytest.fixture
async def office(office: Moderators) -> Moderators:
    await office.policy("spam")
    return office


async def news(office: Moderators, seconds: int = 10) -> list[str]:
    """The endings of all that reporters were told, after so many seconds, oldest first."""
    await office.let_pass(seconds=seconds)
    await telling.tell_next(office.platform)
    rows = await office.platform.database.fetch(
        "SELECT type FROM activity WHERE type LIKE 'report.%' ORDER BY sequence"
    )
    return [row["type"].removeprefix("report.") for row in rows]


async def reported(office: Moderators, action: str) -> Any:  # noqa: ANN401
    post = await office.write()
    await report(office, post)
    return await office.settle_item(post, action, policy=None if action == "APPROVE" else "spam")


@pytest.mark.parametrize(
    ("action", "ending"),
    [("REMOVE", "upheld"), ("WARN", "upheld"), ("APPROVE", "dismissed")],
)
async def test_reporters_are_told_after_the_ten_seconds_of_undo(
    office: Moderators, action: str, ending: str
) -> None:
    await reported(office, action)
    assert await news(office, seconds=9) == []
    assert await news(office, seconds=1) == [ending]
    assert await news(office, seconds=99) == [ending]


async def test_each_reporter_is_told_and_nobody_else(office: Moderators) -> None:
    post = await office.write()
    for who in ("C-2", "A-1"):
        await report(office, post, who)
    await office.settle_item(post, "REMOVE", policy="spam")
    assert await news(office) == ["upheld"] * 2
    rows = await office.platform.database.fetch(
        "SELECT member_id FROM activity WHERE type = 'report.upheld'"
    )
    expected = {await office.member("C-2"), await office.member("A-1")}
    assert {row["member_id"] for row in rows} == expected


async def test_they_read_what_it_is_about_and_not_whose_decision_it_was(
    office: Moderators,
) -> None:
    await reported(office, "REMOVE")
    await news(office)
    [told] = await office.told("report.upheld")
    post = await office.platform.database.fetchval("SELECT id FROM post")
    assert told.keys() == {"reportId", "subjectId", "reason"}
    assert told["subjectId"] == encode_id(Kind.POST, post)


async def test_nothing_is_told_of_what_is_undone_at_once(office: Moderators) -> None:
    decision = await reported(office, "REMOVE")
    await office.undo(decision)
    assert await news(office) == []


async def test_of_a_later_undoing_they_are_told_and_of_what_is_decided_then(
    office: Moderators,
) -> None:
    item = await office.undo(await told_of(office, "REMOVE"))
    assert await news(office) == ["upheld", "reopened"]
    await office.judge(item, "APPROVE", revision=1)
    assert await news(office) == ["upheld", "reopened", "dismissed"]


async def test_of_a_won_appeal_they_are_told_and_of_its_undoing(office: Moderators) -> None:
    item = await office.appeal(await told_of(office, "REMOVE"))
    await office.claim("M-2", 9)
    answer = await office.judge(item, "RESTORE", "M-2")
    assert await news(office) == ["upheld", "overturned"]
    await office.undo(answer, "M-2")
    assert await news(office) == ["upheld", "overturned", "upheld"]


async def test_of_a_lost_appeal_they_hear_nothing(office: Moderators) -> None:
    item = await office.appeal(await told_of(office, "REMOVE"))
    await office.claim("M-2", 9)
    await office.judge(item, "REMOVE", "M-2")
    assert await news(office) == ["upheld"]


async def test_it_becomes_a_notification(office: Moderators) -> None:
    await reported(office, "REMOVE")
    await news(office)
    while await notifications.tell_next(office.platform):
        pass
    found = await office.count(
        "notification n JOIN activity a ON a.id = n.activity_id WHERE a.type = 'report.upheld'"
    )
    assert found == 1


async def told_of(office: Moderators, action: str) -> Any:  # noqa: ANN401
    """A decision about a reported post, of which everybody has been told."""
    decision = await reported(office, action)
    await news(office)
    return decision
