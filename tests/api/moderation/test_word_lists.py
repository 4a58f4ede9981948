"""Admins save word lists and try them; what members write is held by them at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from api.execution.engine import Engine
from community.moderation.intake.receiving import Intake
from domain.members import Role
from gamification.programme import service
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.readers import Readers

SAVE = """
mutation ($input: WordListInput!) {
  saveWordList(input: $input) { list { id key action size } userErrors { code field message } }
}
"""
CREATE = """
mutation ($input: CreatePostInput!) {
  createPost(input: $input) { post { id state } userErrors { code } }
}
"""
QUEUE = """
{ reviewQueue { nodes { origin signals { key detail revision
  spans { start end within said what how } posts { id } } } } }
"""
REHEARSE = """
query ($input: WordListInput!) {
  rehearseWordList(input: $input) {
    standing refused held queued caught falseAlarms falseAlarmsAtMost
    examples { post { text } spans { said how } }
  }
}
"""
TRY = """
query ($input: ThresholdsInput!) {
  rehearseIntake(input: $input, days: 30) {
    newAuthorReviews { standing refused held caught }
    sampleShare { queued }
    similarFrom { queued examples { post { id } like { id } } }
  }
}
"""


@pytest.fixture
async def desk(platform: Platform, programmes: Programmes) -> Readers:
    await service.save_settings(platform, new_author_reviews=0)
    made = Readers(replace(platform, review=Intake(b"key").receive), programmes)
    await made.open()
    await made.draw(0)
    return made


@pytest.fixture
async def clients(desk: Readers, engine: Engine) -> AsyncIterator[Clients]:
    yield Clients(desk, engine)
    await desk.settle()


async def save(clients: Clients, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    wanted = {"key": "banned", "words": ["色情"], "action": "HOLD"} | given
    return (await clients.ask(SAVE, "A-1", Role.ADMIN, input=wanted))["saveWordList"]


async def test_a_saved_list_holds_what_is_sent_from_then_on(clients: Clients) -> None:
    saved = await save(clients)
    assert (saved["list"]["size"], saved["userErrors"]) == (1, [])
    asked = {"text": "这里有色情内容", "idempotencyKey": "k1"}
    made = (await clients.ask(CREATE, "C-1", input=asked))["createPost"]
    assert made["post"]["state"] == "IN_REVIEW"
    queue = await clients.ask(QUEUE, "M-1", Role.MODERATOR)
    [item] = queue["reviewQueue"]["nodes"]
    words = next(one for one in item["signals"] if one["key"] == "words")
    expected = {"start": 3, "end": 5, "within": None, "said": "色情", "what": "色情"}
    assert (words["detail"], words["revision"]) == ("色情", 1)
    assert words["spans"] == [expected | {"how": "EXACT"}]


async def test_a_list_is_replaced_emptied_and_read_by_its_id(clients: Clients) -> None:
    first = (await save(clients))["list"]
    again = (await save(clients, words=["赌博", "赌博", "代购"], action="QUEUE"))["list"]
    assert again == {"id": first["id"], "key": "banned", "action": "QUEUE", "size": 2}
    await save(clients, words=[])
    seen = await clients.ask(
        "query ($id: ID!) { wordLists { key size version }"
        " node(id: $id) { ... on WordList { words } } }",
        "A-1",
        Role.ADMIN,
        id=first["id"],
    )
    assert seen["wordLists"] == [{"key": "banned", "size": 0, "version": 3}]
    assert seen["node"] == {"words": []}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"key": "no key"}, "INVALID", ["key"]),
        ({"words": ["好", "❤"]}, "INVALID", ["words", "1"]),
        ({"words": ["长" * 51]}, "INVALID", ["words", "0"]),
        ({"words": [" "]}, "INVALID", ["words", "0"]),
    ],
)
async def test_a_list_that_finds_nothing_is_refused(
    clients: Clients, given: dict[str, Any], code: str, field: list[str]
) -> None:
    refused = await save(clients, **given)
    assert refused["list"] is None
    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [(code, field)]


async def test_a_rehearsal_tells_false_alarms_from_what_was_refused(
    clients: Clients, desk: Readers
) -> None:
    for text in ("很好用", "不是色情内容", "色 情内容吗"):
        await desk.write(text=text)
    await desk.decide("remove", await desk.write(text="都是色情内容"))
    wanted = {"key": "new", "words": ["色情"], "action": "HOLD"}
    found = (await clients.ask(REHEARSE, "A-1", Role.ADMIN, input=wanted))["rehearseWordList"]
    assert [found[one] for one in ("standing", "refused", "held", "queued", "caught")] == [
        3, 1, 1, 1, 1,
    ]  # fmt: skip
    assert found["falseAlarms"] == pytest.approx(2 / 3)
    assert found["falseAlarms"] < found["falseAlarmsAtMost"] < 1
    assert [one["spans"][0]["how"] for one in found["examples"]] == ["SPLIT", "EXACT", "EXACT"]
    assert await desk.count("word_list") == 0


async def test_thresholds_are_tried_each_for_itself(clients: Clients, desk: Readers) -> None:
    text = "这家店的快递非常快，包装也很仔细，推荐给大家"
    first = await desk.write(text=text)
    second = await desk.write(text=f"{text}！")
    await desk.decide("remove", await desk.write("C-2", text="广告"))
    wanted = {"newAuthorReviews": 1, "sampleShare": 1.0, "similarFrom": 0.9}
    found = (await clients.ask(TRY, "A-1", Role.ADMIN, input=wanted))["rehearseIntake"]
    assert found["newAuthorReviews"] == {"standing": 2, "refused": 1, "held": 1, "caught": 1}
    assert found["sampleShare"] == {"queued": 2}
    assert found["similarFrom"]["queued"] == 1
    ids = await desk.platform.database.fetch(
        "SELECT id FROM post WHERE text LIKE '这家店%' ORDER BY id"
    )
    assert [row["id"] for row in ids] == [first, second]
    [example] = found["similarFrom"]["examples"]
    assert example["post"] is not None
    assert example["like"] is not None
    assert example["post"] != example["like"]
