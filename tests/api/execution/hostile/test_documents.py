"""Requests made to keep a server busy: answered by a code, with little work."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest

from bench.hostile_documents import DATA, Attack, attacks, bodies

Connect = Callable[..., Awaitable[Any]]
ATTACKS = attacks()
BODIES = bodies()
LONGEST_URL: Final = 60_000
LARGEST_ANSWER: Final = 300_000
MOST_CALLS: Final = 600_000
"""Of Python functions for one answer; about 50 ms of CPU. Each attack would take millions."""


@contextmanager
def little_work(name: str) -> Iterator[None]:
    """Fails as soon as what is inside takes too many calls, rather than waiting for its end."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if calls == MOST_CALLS:
            raise AssertionError(name)

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS, name


def answer_of(body: dict[str, Any]) -> str:
    return body["errors"][0]["extensions"]["code"] if "errors" in body else DATA


async def unfit(ask: Callable[[Attack], Awaitable[str]], attacks: list[Attack]) -> dict[str, str]:
    """What was answered to those attacks that should have been answered by something else."""
    answers = {attack.name: await ask(attack) for attack in attacks}
    return {one.name: answers[one.name] for one in attacks if answers[one.name] not in one.answers}


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("attacks", ATTACKS.values(), ids=ATTACKS.keys())
async def test_hostile_documents_are_answered_with_little_work(
    http: httpx.AsyncClient, attacks: list[Attack]
) -> None:
    async def ask(attack: Attack) -> str:
        headers = {"content-type": "application/json", "authorization": "Bearer admin"}
        with little_work(attack.name):
            answer = await http.post("/graphql", content=attack.body(), headers=headers)
        assert len(answer.content) < LARGEST_ANSWER, attack.name
        return answer_of(answer.json())

    assert await unfit(ask, attacks) == {}


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("attacks", ATTACKS.values(), ids=ATTACKS.keys())
async def test_hostile_documents_leave_a_socket_open(
    connect: Connect, attacks: list[Attack]
) -> None:
    wire = await connect()
    await wire.init(authorization="Bearer admin")

    async def ask(attack: Attack) -> str:
        message = {"id": "1", "type": "subscribe", "payload": attack.payload()}
        await wire.connection.send(json.dumps(message))
        told = await wire.receive()
        if told["type"] == "error":
            return answer_of({"errors": told["payload"]})
        assert (await wire.receive())["type"] == "complete"
        return answer_of(told["payload"])

    assert await unfit(ask, attacks) == {}


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("attacks", ATTACKS.values(), ids=ATTACKS.keys())
async def test_hostile_documents_in_a_query_string_are_answered(
    http: httpx.AsyncClient, attacks: list[Attack]
) -> None:
    headers = {"authorization": "Bearer admin"}
    for attack in attacks:
        given = {"query": attack.query, "variables": json.dumps(attack.variables)}
        if len(quote(str(given))) < LONGEST_URL:
            answer = await http.get("/graphql", params=given, headers=headers)
            assert answer_of(answer.json()) in {*attack.answers, "BAD_USER_INPUT"}, attack.name


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_hostile_body_is_answered_with_little_work(
    http: httpx.AsyncClient, body: Callable[[], bytes]
) -> None:
    headers = {"content-type": "application/json"}
    with little_work("body"):
        answer = await http.post("/graphql", content=body(), headers=headers)
    assert (answer.status_code, answer_of(answer.json())) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_hostile_message_closes_its_socket(
    connect: Connect, body: Callable[[], bytes]
) -> None:
    wire = await connect()
    await wire.init()
    await wire.connection.send(body().decode("utf-8", "replace"))
    assert await wire.closed() in {1009, 4400}
