"""Word lists are saved within limits, logged, and read by every process from their commit on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import orjson
import pytest

from community.moderation.intake.receiving import Intake
from community.moderation.word_lists import service, store
from community.moderation.word_lists.service import WordListDraft
from domain.errors import LimitReached
from domain.moderation.text.words import WordAction
from domain.posts.visibility import PostState
from tests.support.moderators import Moderators
from tests.support.readers import Readers


@pytest.fixture
def desk(office: Moderators) -> Readers:
    """One process of two; nobody tells it of what the other saves."""
    platform = replace(office.platform, review=Intake(b"key").receive)
    return Readers(platform, office.programmes)


async def test_the_log_names_the_words_that_came_and_went(desk: Readers) -> None:
    await desk.list_words("色情", "赌博")
    await desk.list_words("赌博", "代购", action="QUEUE")
    rows = await desk.platform.database.fetch(
        "SELECT before, after FROM staff_action WHERE action = 'SAVE_WORD_LIST' ORDER BY id"
    )
    before, after = (orjson.loads(rows[1][one]) for one in ("before", "after"))
    assert orjson.loads(rows[0]["before"]) == {}
    assert (before["removed"], before["action"], before["size"]) == (["色情"], "HOLD", 2)
    assert (after["added"], after["action"], after["version"]) == (["代购"], "QUEUE", 2)


async def test_the_same_again_changes_nothing(desk: Readers) -> None:
    for _ in range(2):
        await desk.list_words("色情", "色情")
    [row] = await store.present(desk.platform.database)
    assert (row.words, row.version) == (("色情",), 1)
    assert await desk.actions() == ["SAVE_WORD_LIST"]


async def test_another_process_reads_by_a_list_from_its_commit_on(
    desk: Readers, office: Moderators
) -> None:
    other = Readers(replace(office.platform, review=Intake(b"key").receive), office.programmes)
    assert await desk.state(await desk.write(text="都是色情")) is PostState.PUBLISHED
    await other.list_words("色情")
    assert await desk.state(await desk.write(text="都是色情")) is PostState.IN_REVIEW
    await other.list_words()
    assert await desk.state(await desk.write(text="都是色情")) is PostState.PUBLISHED


async def test_who_keeps_ready_has_compiled_before_anybody_writes(desk: Readers) -> None:
    intake, hearing = Intake(b"key"), asyncio.create_task(desk.platform.pubsub.run())
    keeping = asyncio.create_task(intake.keep_ready(desk.platform))
    await desk.list_words("色情")
    async with asyncio.timeout(30):
        while not intake.is_ready_for(1):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    for task in (keeping, hearing):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_lists_at_once_keep_to_what_there_may_be_in_all(
    desk: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_IN_ALL", 3)
    drafts = [WordListDraft(key, WordAction.HOLD, ("一二", "三四")) for key in ("a", "b")]
    done = await asyncio.gather(
        *(service.save(desk.platform, None, one) for one in drafts), return_exceptions=True
    )
    assert [isinstance(one, LimitReached) for one in done].count(True) == 1


async def test_there_is_a_most_of_lists(desk: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_LISTS", 1)
    await desk.list_words("色情")
    await desk.list_words("赌博")
    with pytest.raises(LimitReached):
        await desk.list_words("赌博", key="other")
